/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A folder of KVM modules, which may be a stranger's: only files that are known by name are taken, none by
 * way of a link, and none that is larger than a module can be.
 */
#ifndef EXITMETER_MODULE_FOLDER_H
#define EXITMETER_MODULE_FOLDER_H

#include <stddef.h>

#include "base/error.h"

/* No module of KVM's is larger. */
#define MODULE_BYTES_MAX (64u << 20)

/* kvm.ko, kvm-amd.ko and kvm-intel.ko; NULL at the end. */
extern const char *const module_files[];
/* What our builders leave beside them: build.json, the lists of enabled reasons; NULL at the end. */
extern const char *const module_notes[];

/*
 * Copies those of the named files that are there.  names ends with NULL; `to` exists.  STATUS_USAGE: one of
 * them is a link, no regular file, or too large.
 */
int module_folder_copy(const char *from, const char *to, const char *const *names, struct error *err);
/*
 * Checks, before a host is booted, that the modules which its KVM takes are there and are built for its
 * kernel.  vendor: "kvm-amd.ko" or "kvm-intel.ko".  kernel: NULL where it is not known.  STATUS_SKIP: they
 * are not; the message says what to build, and for which kernel.
 */
int module_folder_check(const char *dir, const char *vendor, const char *kernel, struct error *err);
/*
 * Reads which kernel a module is for out of its bytes, by the mark "vermagic=" that each module has.  No
 * part of the file is interpreted besides.  NULL: it has no such mark.  The caller frees.
 */
char *module_kernel(const void *module, size_t len);

#endif
