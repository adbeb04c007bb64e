// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's figures compared with the kernel's own count, which needs nothing of the patch on the
 * host's side.  The kernel's count was read while the records of a point came in: so it is not
 * below what the guest read at that point, and not above what it reads at the next.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"
#include "judge/oracle_count.h"
#include "judge/reasons.h"

#define TOLD_MAX 6

/* One figure: the total (index -1), or that of a number of the sweep. */
struct difference {
	int index;
	int64_t by;		/* the guest read at least so much more; below 0: less */
	enum em_point at;
	/* What came between points can be right all the same: then each point is off by as much. */
	int64_t least, most;
};

static uint32_t read_at(const struct case_file *cf, enum em_point at, int index, bool is_after)
{
	const struct point *p = &cf->records.point[at];

	if (index >= 0)
		return p->sweep[index].exits.eax;
	return p->leaf[is_after ? EM_TAG_AFTER_TOTAL : EM_TAG_BEFORE_TOTAL].regs.eax;
}

static uint32_t counted(const struct case_file *cf, const struct host_histogram *t, int index)
{
	return (uint32_t)(index < 0 ? oracle_total(cf, t) : oracle_hits(cf, t, em_sweep_number((unsigned int)index)));
}

static void note(struct difference *d, int64_t by, enum em_point at)
{
	if (llabs(by) <= llabs(d->by))
		return;
	d->by = by;
	d->at = at;
}

/* What was counted before the point bounds it from below, and what was counted at it from above. */
static void compare_at(const struct case_file *cf, enum em_point at, const struct host_histogram *before,
		       struct difference *d)
{
	if (before) {
		int64_t more = (int32_t)(read_at(cf, at, d->index, false) - counted(cf, before, d->index));

		d->most = more < d->most ? more : d->most;
		if (more < 0)
			note(d, more, at);
	}
	if (cf->has_snapshot[at]) {
		int64_t more = (int32_t)(read_at(cf, at, d->index, true) - counted(cf, &cf->snapshot[at], d->index));

		d->least = more > d->least ? more : d->least;
		if (more > 0)
			note(d, more, at);
	}
}

static struct difference compare(const struct case_file *cf, int index)
{
	const struct host_histogram *before = cf->has_begin ? &cf->begin : NULL;
	struct difference d = { .index = index, .least = INT64_MIN, .most = INT64_MAX };

	for (int i = 0; i < EM_POINTS; i++) {
		if (!case_has_point(cf, (enum em_point)i))
			continue;
		compare_at(cf, (enum em_point)i, before, &d);
		if (cf->has_snapshot[i])
			before = &cf->snapshot[i];
	}
	return d;
}

/* What is missing comes first, and what is off by more before what is off by less. */
static int by_weight(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;

	if ((x->by < 0) != (y->by < 0))
		return x->by < 0 ? -1 : 1;
	if (llabs(x->by) != llabs(y->by))
		return llabs(x->by) > llabs(y->by) ? -1 : 1;
	return x->index - y->index;
}

static bool is_compared(const struct case_file *cf, int index)
{
	if (index < 0)
		return case_tells(cf, FIGURE_EXITS);
	return case_tells(cf, FIGURE_REASON_EXITS) && case_is_countable(cf, (unsigned int)index) &&
	       reason_standing(cf->vendor, em_sweep_number((unsigned int)index)) == REASON_DEFINED;
}

static unsigned int list(const struct case_file *cf, struct difference ret[EM_SWEEP_COUNT + 1])
{
	unsigned int count = 0;

	for (int index = -1; index < EM_SWEEP_COUNT; index++) {
		struct difference d;

		if (!is_compared(cf, index))
			continue;
		d = compare(cf, index);
		if (d.by)
			ret[count++] = d;
	}
	qsort(ret, count, sizeof(*ret), by_weight);
	return count;
}

static void tell(const struct case_file *cf, const struct difference *d, char **text)
{
	char number[24], what[64] = "total exits";

	if (d->index >= 0) {
		uint32_t reason = em_sweep_number((unsigned int)d->index);

		snprintf(what, sizeof(what), "reason %s (%s)", reason_number(cf->vendor, reason, number),
			 reason_name(cf->vendor, reason));
	}
	text_join(text, ", ", "%s %u at %s: %" PRId64 " too %s", what, read_at(cf, d->at, d->index, d->by > 0),
		  em_point_names[d->at], (int64_t)llabs(d->by), d->by < 0 ? "few" : "many");
}

/* Whether all that differs is too high, and by as much at each point: it is from before the guest. */
static bool is_offset(const struct difference *d, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (d[i].by < 0 || d[i].least > d[i].most)
			return false;
	return true;
}

static void tell_differences(const struct case_file *cf, const struct difference *d, unsigned int count,
			     struct finding *f)
{
	_cleanup_free_ char *text = NULL;

	for (unsigned int i = 0; i < count && i < TOLD_MAX; i++)
		tell(cf, &d[i], &text);
	if (count > TOLD_MAX)
		text_join(&text, ", ", "and %u more", count - TOLD_MAX);
	finding_wanted(f, "between what kvm:kvm_exit had counted before each point and at it");
	finding_set(f, VERDICT_FAIL, "%s%s", text, is_offset(d, count) ?
		    "; each by as much at every point, so it was there before the guest" : "");
}

void clause_oracle_points(const struct case_file *cf, struct finding *f)
{
	struct difference d[EM_SWEEP_COUNT + 1];
	unsigned int judged = 0, count;

	for (int i = 0; i < EM_POINTS; i++)
		judged += case_has_point(cf, (enum em_point)i) && cf->has_snapshot[i];
	if (!judged) {
		finding_set(f, VERDICT_SKIP, "no count was read at a point");
		return;
	}
	count = list(cf, d);
	if (count)
		tell_differences(cf, d, count, f);
	else
		finding_set(f, VERDICT_PASS, "within what was counted at %u points", judged);
}
