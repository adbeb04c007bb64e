/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One kernel module at a time: whether it is loaded, with what, which build of
 * it, and in and out with it.  Names as /sys/module has them: "kvm_amd".
 */
#ifndef EXITMETER_KMODULE_H
#define EXITMETER_KMODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

bool kmodule_is_loaded(const char *name);
/* Part of the kernel itself: there, and not to be unloaded. */
bool kmodule_is_built_in(const char *name);

/* The file that modprobe would load; NULL where there is none.  The caller frees. */
char *kmodule_stock_file(const char *name);
/* The value of a modinfo key of a module file; NULL where there is none.  The caller frees. */
char *kmodule_info(const char *file, const char *key);

/*
 * params: "a=1 b=2"; NULL is none.  _load is what modprobe does, options of
 * modprobe.d and dependencies included; _insert takes the very file, and its
 * dependencies by name except those in our own folder (`except`).
 */
int kmodule_load(const char *name, const char *params, struct error *err);
int kmodule_insert(const char *file, const char *except, const char *params, struct error *err);
/* Not loaded is no error.  In use is STATUS_USAGE. */
int kmodule_unload(const char *name, struct error *err);

/*
 * Which build a module is.  Either may be empty: Debian's stock modules have
 * no srcversion, and only root may read a loaded module's build id.
 */
struct module_identity {
	char srcversion[40];
	char build_id[41];
};

int kmodule_identify_loaded(const char *name, struct module_identity *ret, struct error *err);
/* Of a file, compressed or not. */
int kmodule_identify_file(const char *file, struct module_identity *ret, struct error *err);
/* Both known and the same: of what one of them lacks nothing follows. */
bool kmodule_is_same(const struct module_identity *a, const struct module_identity *b);
/* "build id 12ab..." or "srcversion ..."; the caller frees. */
char *kmodule_identity_text(const struct module_identity *id);

/* The build id in ELF's notes as the kernel shows them and as a module's section has them. */
bool kmodule_read_note(const void *note, size_t len, struct module_identity *ret);
/*
 * Reads the build id of a module, uncompressed, whose file is in memory; false where there is none.
 * libelf wants the image writable, and leaves it as it is.
 */
bool kmodule_read_elf(void *image, size_t len, struct module_identity *ret);

#endif
