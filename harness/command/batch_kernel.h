/* SPDX-License-Identifier: GPL-2.0-only */
/* The axis `kernel`, and the kernels of a class: which host image and which modules belong to a kernel. */
#ifndef EXITMETER_BATCH_KERNEL_H
#define EXITMETER_BATCH_KERNEL_H

#include "run/config.h"

/*
 * The Debian suite that a kernel of KIT/kernels.txt comes from, which its folders in the cache are called after; the
 * caller frees.  NULL, STATUS_USAGE: there is no such kernel.
 */
char *batch_kernel_suite(const struct config *c, const char *kernel, struct error *err);
/*
 * Has a run measure a kernel of KIT/kernels.txt, which is images/kernels.txt: with its host image and its patched
 * modules in the cache, where `make prepare KERNEL=` builds them.  STATUS_USAGE: there is no such kernel, or it is
 * not built.
 */
int batch_kernel_set(struct config *c, const char *kernel, struct error *err);

#endif
