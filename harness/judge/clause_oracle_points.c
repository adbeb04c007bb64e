// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's figures compared with the kernel's own count at each point, which needs nothing of the patch on the
 * host's side.  Some exits never reach KVM's exit handler.  An assignment that says only "count in the handler" cannot
 * mean them: so there are two clauses, and an edition says whether the second is required.
 */
#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"
#include "judge/point_compare.h"

#define TOLD_MAX 6

/* Whether all that differs is too high, and by as much at each point: it is from before the guest. */
static bool is_offset(const struct difference *d, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (d[i].by < 0 || d[i].least > d[i].most || d[i].is_unwritten)
			return false;
	return true;
}

static void tell_differences(const struct case_file *cf, const struct difference *d, unsigned int count,
			     struct finding *f)
{
	_cleanup_free_ char *text = NULL;

	for (unsigned int i = 0; i < count && i < TOLD_MAX; i++)
		point_tell(cf, &d[i], &text);
	if (count > TOLD_MAX)
		text_join(&text, ", ", "and %u more", count - TOLD_MAX);
	finding_wanted(f, "between what kvm:kvm_exit had counted before each point and at it");
	finding_set(f, VERDICT_FAIL, "%s%s", text, is_offset(d, count) ?
		    "; each by as much at every point, so it was there before the guest" : "");
}

/* Whether the edition has a word of its own on fast paths, so that they need not be held against the patch here. */
static bool is_told_apart(const struct case_file *cf)
{
	return point_knows_handled(cf) && clause_is_asked(cf, "fast-path");
}

static unsigned int count_points(const struct case_file *cf)
{
	unsigned int points = 0;

	for (int i = 0; i < EM_POINTS; i++)
		points += case_has_point(cf, (enum em_point)i) && cf->has_snapshot[i];
	return points;
}

void clause_oracle_points(const struct case_file *cf, struct finding *f)
{
	struct difference d[POINT_DIFFERENCES_MAX];
	unsigned int points = count_points(cf), count;

	if (!points) {
		finding_set(f, VERDICT_SKIP, "no count was read at a point");
		return;
	}
	count = point_compare(cf, is_told_apart(cf) ? DEMAND_HANDLED : DEMAND_ALL, d);
	if (count)
		tell_differences(cf, d, count, f);
	else
		finding_set(f, VERDICT_PASS, "within what was counted at %u points", points);
}

/* What is amiss beyond the fast paths is told by oracle-points. */
void clause_fast_path(const struct case_file *cf, struct finding *f)
{
	struct difference d[POINT_DIFFERENCES_MAX];
	_cleanup_free_ char *text = NULL;
	uint64_t fast;

	if (!count_points(cf) || !point_knows_handled(cf)) {
		finding_set(f, VERDICT_SKIP, "the calls of KVM's exit handler were not counted");
		return;
	}
	fast = point_fast_exits(cf);
	if (!fast) {
		finding_set(f, VERDICT_SKIP, "no exit took a fast path");
		return;
	}
	finding_wanted(f, "the %" PRIu64 " exits that never reached KVM's exit handler are counted too", fast);
	if (!point_compare(cf, DEMAND_ALL, d)) {
		finding_set(f, VERDICT_PASS, "they are counted");
		return;
	}
	point_tell(cf, &d[0], &text);
	if (point_compare(cf, DEMAND_HANDLED, d))
		finding_set(f, VERDICT_SKIP, "other exits are amiss as well: see oracle-points");
	else
		finding_set(f, VERDICT_FAIL, "they are not: %s", text);
}
