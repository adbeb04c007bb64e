// SPDX-License-Identifier: GPL-2.0-only
#include "stats/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stats/permutation.h"

/* The figures of a series on both sides.  A reason that never occurred on one side was 0 in each run. */
struct sides {
	const uint64_t *a, *b;
	size_t n_a, n_b;
};

static void compare_exact(const struct sides *s, struct difference *d)
{
	d->is_unsteady = !values_are_steady(s->a, s->n_a) || !values_are_steady(s->b, s->n_b);
	d->is_finding = d->is_unsteady || s->a[0] != s->b[0];
	d->p = d->p_corrected = d->is_finding ? 0 : 1;
}

static void compare_noisy(const struct sides *s, struct random *random, struct difference *d)
{
	d->p = permutation_p(s->a, s->n_a, s->b, s->n_b, random);
	d->has_interval = s->n_a > 1 && s->n_b > 1;
	if (d->has_interval)
		d->interval = bootstrap(s->a, s->n_a, s->b, s->n_b, random);
}

static void add(struct comparison *c, const struct series *of, struct random *random)
{
	size_t most = c->a->runs > c->b->runs ? c->a->runs : c->b->runs;
	_cleanup_free_ uint64_t *none = xcalloc(most, sizeof(uint64_t));
	const struct series *a = samples_find(c->a, of), *b = samples_find(c->b, of);
	const struct sides sides = { a ? a->values : none, b ? b->values : none, c->a->runs,
				     c->b->runs };
	struct difference *d = &c->list[c->count++];

	*d = (struct difference){ .of = of,
				  .mean_a = mean_of(sides.a, sides.n_a),
				  .mean_b = mean_of(sides.b, sides.n_b) };
	if (c->is_exact)
		compare_exact(&sides, d);
	else
		compare_noisy(&sides, random, d);
}

static int by_place(const void *x, const void *y)
{
	const struct difference *a = x, *b = y;
	int order = strcmp(a->of->scenario, b->of->scenario);

	if (order)
		return order;
	if (a->of->measure != b->of->measure)
		return a->of->measure < b->of->measure ? -1 : 1;
	if (a->mean_a != b->mean_a)
		return a->mean_a > b->mean_a ? -1 : 1;
	return strcmp(a->of->reason, b->of->reason);
}

static int by_p(const void *x, const void *y)
{
	const struct difference *a = *(struct difference *const *)x,
				*b = *(struct difference *const *)y;

	return a->p < b->p ? -1 : a->p > b->p ? 1 : by_place(a, b);
}

/* Holm: the least p counts as often as there are figures, the next once less, and none counts less than one before. */
static void correct(struct comparison *c, enum measure measure)
{
	_cleanup_free_ struct difference **sorted = xcalloc(c->count + 1, sizeof(*sorted));
	size_t n = 0;
	double floor = 0;

	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].of->measure == measure)
			sorted[n++] = &c->list[i];
	qsort(sorted, n, sizeof(*sorted), by_p);
	for (size_t i = 0; i < n; i++) {
		double p = sorted[i]->p * (double)(n - i);

		p = p > 1 ? 1 : p;
		floor = p > floor ? p : floor;
		sorted[i]->p_corrected = floor;
		sorted[i]->is_finding = floor < COMPARE_ALPHA;
	}
}

static double total_of(const struct comparison *c, const struct difference *d)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct series *s = c->list[i].of;

		if (s->measure == d->of->measure && !strcmp(s->reason, REASON_TOTAL) &&
		    !strcmp(s->scenario, d->of->scenario))
			return c->list[i].mean_a;
	}
	return 0;
}

/*
 * The difference of two means that would be found with a chance of COMPARE_POWER, as far as noise is normal: it must come
 * above what is a finding after Holm's correction, which counts the least p as often as there are figures.
 */
static double tellable(const struct difference *d, size_t n, size_t figures)
{
	double half = (d->interval.high - d->interval.low) / 2;
	/* The bootstrap draws from n values, whose variance is that of the runs but for (n - 1) / n. */
	double error = half / normal_quantile(0.975) * sqrt((double)n / (double)(n - 1));

	return error * (normal_quantile(1 - COMPARE_ALPHA / (2 * (double)figures)) + normal_quantile(COMPARE_POWER));
}

/* What can be told falls with the root of N; and the test must be able to come to a p that is small enough. */
static void tell_power(const struct comparison *c, size_t figures, struct difference *d)
{
	size_t n = c->a->runs < c->b->runs ? c->a->runs : c->b->runs, least = n;
	double want = COMPARE_TELL * d->mean_a, by;

	if (d->is_finding || d->mean_a <= 0 || d->mean_a < COMPARE_SHARE * total_of(c, d))
		return;
	while (permutation_least_p(least, least) * (double)figures >= COMPARE_ALPHA && least < 20)
		least++;
	by = d->has_interval ? tellable(d, n, figures) : 0;
	d->is_too_small = !d->has_interval || by > want || least > n;
	d->wanted_n = (size_t)ceil((double)n * (by / want) * (by / want));
	if (d->wanted_n < least)
		d->wanted_n = least;
}

void compare(const struct samples *a, const struct samples *b, unsigned long seed,
	     struct comparison *ret)
{
	struct random *random;

	*ret = (struct comparison){ .a = a, .b = b, .is_exact = a->is_exact && b->is_exact };
	ret->list = xcalloc(a->count + b->count + 1, sizeof(*ret->list));
	random = ret->is_exact ? NULL : random_new(seed);
	for (size_t i = 0; i < a->count; i++)
		add(ret, &a->list[i], random);
	for (size_t i = 0; i < b->count; i++)
		if (!samples_find(a, &b->list[i]))
			add(ret, &b->list[i], random);
	qsort(ret->list, ret->count, sizeof(*ret->list), by_place);
	if (random) {
		for (enum measure m = 0; m < MEASURES; m++)
			correct(ret, m);
		for (size_t i = 0; i < ret->count; i++)
			tell_power(ret, ret->count / MEASURES + 1, &ret->list[i]);
		random_free(random);
	}
}

void comparison_deinit(struct comparison *comparison)
{
	free(comparison->list);
	memset(comparison, 0, sizeof(*comparison));
}

size_t comparison_findings(const struct comparison *comparison)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->count; i++)
		count += comparison->list[i].is_finding;
	return count;
}
