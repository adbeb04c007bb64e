/* SPDX-License-Identifier: GPL-2.0-only */
/* How modules are made of a member's source: for the first of the class's kernels, else for one that takes it. */
#ifndef EXITMETER_CLASS_BUILD_H
#define EXITMETER_CLASS_BUILD_H

#include "batch/member.h"

/* Where the modules lie that are made for a kernel: those for each have a place of their own.  The caller frees. */
char *class_modules(const struct class_member *m, size_t kernel);
/* Has the builder make modules for the member's kernel; without a builder, that is the subject's reason. */
void class_build(struct class_member *m);
/*
 * The builder has ended.  True: the member's modules, or what stands in their place, are known.  False: it is tried
 * for the next kernel, or the subject has its reason.
 */
bool class_built(struct class_member *m, const struct task *task);

#endif
