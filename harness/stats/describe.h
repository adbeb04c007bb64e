/* SPDX-License-Identifier: GPL-2.0-only */
/* What is told of a series: the middle, how sure it is, and the ends. */
#ifndef EXITMETER_DESCRIBE_H
#define EXITMETER_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/random.h"

struct interval {
	double low, high;
};

struct description {
	size_t n;
	double median, mean;
	uint64_t min, max;
	bool has_interval; /* not of one value, nor of an exact figure */
	struct interval interval; /* of the mean: 95 %, by the bootstrap's percentiles */
};

/* random: NULL for an exact figure, which has no interval.  n is at least 1. */
void describe(const uint64_t *values, size_t n, struct random *random, struct description *ret);

double mean_of(const uint64_t *values, size_t n);
/*
 * The 95 % interval of mean(b) - mean(a), by the bootstrap: both are drawn anew, with replacement, and the
 * percentiles of the differences are taken.  a may have no values: then that of mean(b).
 */
struct interval bootstrap(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
			  struct random *random);

#endif
