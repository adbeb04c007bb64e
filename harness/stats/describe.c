// SPDX-License-Identifier: GPL-2.0-only
#include "stats/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define RESAMPLES 2000

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double mean_of(const uint64_t *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)values[i];
	return n ? sum / (double)n : 0;
}

static double drawn_mean(const uint64_t *values, size_t n, struct random *random)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)values[random_below(random, n)];
	return n ? sum / (double)n : 0;
}

struct interval bootstrap(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
			  struct random *random)
{
	_cleanup_free_ double *drawn = xcalloc(RESAMPLES, sizeof(double));

	for (size_t i = 0; i < RESAMPLES; i++)
		drawn[i] = drawn_mean(b, n_b, random) - drawn_mean(a, n_a, random);
	qsort(drawn, RESAMPLES, sizeof(double), by_double);
	return (struct interval){ drawn[RESAMPLES * 25 / 1000], drawn[RESAMPLES * 975 / 1000 - 1] };
}

void describe(const uint64_t *values, size_t n, struct random *random, struct description *ret)
{
	_cleanup_free_ uint64_t *sorted = xcalloc(n, sizeof(uint64_t));

	memcpy(sorted, values, n * sizeof(uint64_t));
	qsort(sorted, n, sizeof(uint64_t), by_value);
	*ret = (struct description){
		.n = n, .mean = mean_of(values, n), .min = sorted[0], .max = sorted[n - 1]
	};
	ret->median = ((double)sorted[(n - 1) / 2] + (double)sorted[n / 2]) / 2;
	ret->has_interval = random && n > 1;
	if (ret->has_interval)
		ret->interval = bootstrap(NULL, 0, values, n, random);
}
