/* SPDX-License-Identifier: GPL-2.0-only */
/* Which build of a kernel module is loaded, or lies in a file: by what two of them are compared. */
#ifndef EXITMETER_KMODULE_IDENTITY_H
#define EXITMETER_KMODULE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Either may be empty, but not both: Debian's stock modules have no srcversion, and only root may
 * read the build id of a loaded module.
 */
struct kmodule_identity {
	char srcversion[40];	/* of modinfo(8): a hash of the sources */
	char build_id[41];	/* that the linker made, as hex digits */
};

/* STATUS_USAGE: the module shows neither. */
int kmodule_identity_of_loaded(const char *name, struct kmodule_identity *ret, struct error *err);
/* The file may be compressed. */
int kmodule_identity_of_file(const char *file, struct kmodule_identity *ret, struct error *err);
/*
 * Whether both have the same build id; where one of them has none, whether both have the same
 * srcversion; where one of them has none of that either, false.
 */
bool kmodule_identity_is_same(const struct kmodule_identity *a, const struct kmodule_identity *b);
/* "build id 12ab..." or "srcversion ..."; the caller frees. */
char *kmodule_identity_text(const struct kmodule_identity *id);

/*
 * Reads the build id out of an ELF note, as a module's section .note.gnu.build-id has it, and as the
 * kernel shows it in /sys/module/NAME/notes; false where it is no such note.
 */
bool kmodule_identity_read_note(const void *note, size_t len, struct kmodule_identity *ret);
/*
 * Reads the build id of a module, uncompressed, whose file is in memory; false where there is none.
 * libelf wants the image writable, and leaves it as it is.
 */
bool kmodule_identity_read_elf(void *image, size_t len, struct kmodule_identity *ret);

#endif
