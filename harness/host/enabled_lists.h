/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lists of the exit reasons that a kernel's own KVM has a handler for (enabled-VENDOR.txt).  They come
 * with modules that our builders have built.  A stranger's modules come without them, and take those of
 * another build for the same kernel.
 */
#ifndef EXITMETER_ENABLED_LISTS_H
#define EXITMETER_ENABLED_LISTS_H

#include "base/error.h"

/*
 * Puts each list that is missing in the folder `modules` there, from a folder of modules in CACHE/modules
 * that is for the kernel of modules/kvm.ko.  Where there is none, the clause that needs it is skipped.
 */
int enabled_lists_lend(const char *modules, const char *cache, struct error *err);

#endif
