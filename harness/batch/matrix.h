/* SPDX-License-Identifier: GPL-2.0-only */
/* A matrix: each word of each axis with each word of the others, as variants of a plan. */
#ifndef EXITMETER_MATRIX_H
#define EXITMETER_MATRIX_H

#include "batch/plan.h"
#include "batch/run_id.h"

#define AXES_MAX 8
#define VARIANTS_MAX 1000

struct axis {
	char *name; /* of an option of `run`, or "kernel" */
	char **words;
	size_t count;
};

struct matrix {
	struct axis axes[AXES_MAX];
	size_t count;
};

/* Adds "vcpus=1,2".  STATUS_USAGE: it has no such form, or the axis or a word is there twice. */
int matrix_add(struct matrix *matrix, const char *text, struct error *err);
void matrix_deinit(struct matrix *matrix);

/*
 * Adds the variants to the plan, the last axis changing fastest, and the axes.  set: gives a configuration a
 * word of an axis; settle: settles what its options leave to each other.  STATUS_USAGE: a word is none that the
 * option takes, or there are more than VARIANTS_MAX.
 */
struct matrix_ways {
	int (*set)(void *context, struct config *c, const char *axis, const char *word,
		   struct error *err);
	int (*settle)(void *context, struct config *c, struct error *err);
	void *context;
};
int matrix_expand(const struct matrix *matrix, const struct config *base,
		  const struct matrix_ways *ways, struct plan *plan, struct error *err);

/*
 * Adds `count` runs of each variant, with their ids: the first of each, the second of each and so on, every
 * other time in the opposite order, so that what a machine drifts hits all variants alike.
 */
int plan_repeat(struct plan *plan, unsigned int count, const struct run_image *image, struct error *err);

#endif
