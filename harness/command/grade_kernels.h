/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernels that a class is measured on. */
#ifndef EXITMETER_GRADE_KERNELS_H
#define EXITMETER_GRADE_KERNELS_H

#include "batch/member.h"

#define GRADE_KERNELS_MAX 8

struct grade_kernels {
	struct class_kernel list[GRADE_KERNELS_MAX];
	size_t count;
};

/*
 * First the kernel of --host-image and --tree, then those of --kernels, whose host images and build trees are in the
 * cache.  The caller calls grade_kernels_deinit(), whatever is returned.  STATUS_USAGE: one is none, is there twice, or
 * is not built.
 */
int grade_kernels_init(const struct config *c, struct grade_kernels *ret, struct error *err);
void grade_kernels_deinit(struct grade_kernels *k);

#endif
