/* SPDX-License-Identifier: GPL-2.0-only */
/* How modules are made of a member's source: for the first of the class's kernels, else for one that takes it. */
#ifndef EXITMETER_CLASS_BUILD_H
#define EXITMETER_CLASS_BUILD_H

#include "batch/member.h"

/* Where the modules lie that are made for a kernel: those for each have a place of their own.  The caller frees. */
char *class_modules(const struct class_member *m, size_t kernel);
/* Has the builder make modules for the member's kernel; why_unbuilt: there is no builder. */
void class_build(struct class_member *m);
enum build_end {
	BUILD_DONE,	/* the member's modules, or what stands in their place, are known */
	BUILD_GOES_ON,	/* it is tried for the next kernel */
	BUILD_LOST	/* there is nothing to judge: a server that is away, a tool that is missing */
};

/* The builder has ended. */
enum build_end class_built(struct class_member *m, const struct task *task);

#endif
