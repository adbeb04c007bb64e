// SPDX-License-Identifier: GPL-2.0-only
#include "stats/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define TOLD 4 /* findings that are named */

/* By how much it matters: a total first, and then what has most of the difference. */
static double weight_of(const struct difference *d)
{
	return (!strcmp(d->of->reason, REASON_TOTAL) ? 1e18 : 0) + fabs(d->mean_b - d->mean_a);
}

static int by_weight(const void *x, const void *y)
{
	double a = weight_of(*(const struct difference *const *)x),
	       b = weight_of(*(const struct difference *const *)y);

	return a > b ? -1 : a < b;
}

static void put_change(char **text, const struct difference *d)
{
	double by = d->mean_b - d->mean_a;

	text_join(text, "", "%s's %s of %s ", d->of->scenario, measure_names[d->of->measure],
		  d->of->reason);
	if (d->is_unsteady)
		text_join(text, "", "differ from run to run, though they should repeat");
	else if (!d->has_interval)
		text_join(text, "", "by %+.0f (%.0f and %.0f)", by, d->mean_a, d->mean_b);
	else if (d->mean_a > 0)
		text_join(text, "", "by %+.1f %% (%+.1f to %+.1f)", 100 * by / d->mean_a,
			  100 * d->interval.low / d->mean_a, 100 * d->interval.high / d->mean_a);
	else
		text_join(text, "", "by %+.0f, which A has none of", by);
}

/* Exits, and cycles only where no exits differ, are named. */
static void put_findings(char **text, const struct comparison *c)
{
	_cleanup_free_ const struct difference **sorted = xcalloc(c->count + 1, sizeof(*sorted));
	size_t n = 0;

	for (enum measure m = 0; m < MEASURES && n == 0; m++)
		for (size_t i = 0; i < c->count; i++)
			if (c->list[i].is_finding && c->list[i].of->measure == m)
				sorted[n++] = &c->list[i];
	qsort(sorted, n, sizeof(*sorted), by_weight);
	for (size_t i = 0; i < n && i < TOLD; i++) {
		text_join(text, "", "%s",
			  i == 0     ? "B differs from A in " :
			  i + 1 == n ? " and " :
				       ", ");
		put_change(text, sorted[i]);
	}
	if (n > TOLD)
		text_join(text, "", ", and in %zu more", n - TOLD);
	if (comparison_findings(c) > n)
		text_join(text, "", "; the cycles of %zu figures differ, too",
			  comparison_findings(c) - n);
	text_join(text, "", ".");
}

static void put_too_small(char **text, const struct comparison *c)
{
	size_t count = 0, wanted = 0;
	const struct difference *worst = NULL;

	for (size_t i = 0; i < c->count; i++) {
		const struct difference *d = &c->list[i];

		if (!d->is_too_small || d->of->measure != MEASURE_EXITS)
			continue;
		count++;
		if (d->wanted_n > wanted) {
			wanted = d->wanted_n;
			worst = d;
		}
	}
	if (!count)
		text_join(text, " ",
			  "N is large enough to tell a difference of 5 %% in exits of each reason that has 1 %% of "
			  "them.");
	else
		text_join(text, " ",
			  "N is too small to tell a difference of 5 %% in exits of %zu %s, most of all %s's %s, for "
			  "which N=%zu would do.",
			  count, count == 1 ? "figure" : "figures", worst->of->scenario, worst->of->reason, wanted);
}

char *comparison_sentence(const struct comparison *c)
{
	char *text = NULL;

	if (comparison_findings(c))
		put_findings(&text, c);
	else if (c->is_exact)
		text_join(&text, "", "A and B are the same, to the last exit and cycle.");
	else
		text_join(&text, "", "No difference between A and B was found (N=%zu and %zu).",
			  c->a->runs, c->b->runs);
	if (!c->is_exact)
		put_too_small(&text, c);
	return text;
}
