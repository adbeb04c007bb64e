// SPDX-License-Identifier: GPL-2.0-only
#include "stats/permutation.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

#define EXACT_MAX 5000 /* ways to deal out: 14 runs in two groups of 7 have 3432 */
#define DRAWS_MAX 20000
#define ENOUGH 20 /* as extreme: then p is far from any that counts */

/* What both groups have, in one row, and what is as extreme as the groups are. */
struct deal {
	double *all;
	size_t n, n_a;
	double expected; /* sum of the first group where nothing differs */
	double extreme; /* how far the first group is from that */
};

/* n over k, as a double. */
static double choose(size_t n, size_t k)
{
	double ways = 1;

	for (size_t i = 1; i <= k; i++)
		ways = ways * (double)(n - k + i) / (double)i;
	return ways;
}

double permutation_least_p(size_t n_a, size_t n_b)
{
	double least = (n_a == n_b ? 2 : 1) / choose(n_a + n_b, n_a);

	return choose(n_a + n_b, n_a) > EXACT_MAX && least < 1.0 / (DRAWS_MAX + 1) ?
		       1.0 / (DRAWS_MAX + 1) :
		       least;
}

/* Sums of the same figures in another order differ in their last bits. */
static bool is_extreme(const struct deal *d, double sum)
{
	return fabs(sum - d->expected) >= d->extreme * (1 - 1e-9);
}

/* Each way is a set of positions, ascending. */
static double look_at_all(const struct deal *d)
{
	_cleanup_free_ size_t *at = xcalloc(d->n_a, sizeof(size_t));
	size_t ways = 0, hits = 0, i;

	for (i = 0; i < d->n_a; i++)
		at[i] = i;
	for (;;) {
		double sum = 0;

		for (i = 0; i < d->n_a; i++)
			sum += d->all[at[i]];
		ways++;
		hits += is_extreme(d, sum);
		for (i = d->n_a; i > 0 && at[i - 1] == d->n - d->n_a + i - 1; i--)
			;
		if (i == 0)
			return (double)hits / (double)ways;
		at[i - 1]++;
		for (; i < d->n_a; i++)
			at[i] = at[i - 1] + 1;
	}
}

static double draw(struct deal *d, struct random *random)
{
	size_t hits = 0;

	for (size_t drawn = 1; drawn <= DRAWS_MAX; drawn++) {
		double sum = 0;

		for (size_t i = 0; i < d->n_a; i++) {
			size_t k = i + random_below(random, d->n - i);
			double swap = d->all[i];

			d->all[i] = d->all[k];
			d->all[k] = swap;
			sum += d->all[i];
		}
		hits += is_extreme(d, sum);
		if (hits == ENOUGH)
			return (double)hits / (double)drawn;
	}
	return (double)(hits + 1) / (DRAWS_MAX + 1);
}

double permutation_p(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b, struct random *random)
{
	struct deal d = { .all = xcalloc(n_a + n_b, sizeof(double)), .n = n_a + n_b, .n_a = n_a };
	double sum = 0, sum_a = 0, p = 1;

	for (size_t i = 0; i < d.n; i++) {
		d.all[i] = (double)(i < n_a ? a[i] : b[i - n_a]);
		sum += d.all[i];
		sum_a += i < n_a ? d.all[i] : 0;
	}
	d.expected = sum * (double)n_a / (double)(d.n ? d.n : 1);
	d.extreme = fabs(sum_a - d.expected);
	if (n_a && n_b && d.extreme > 1e-9 * (d.expected + 1))
		p = choose(d.n, n_a) <= EXACT_MAX ? look_at_all(&d) : draw(&d, random);
	free(d.all);
	return p;
}
