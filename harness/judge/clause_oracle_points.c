// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's figures compared with the kernel's own count, which needs nothing of the patch on the
 * host's side.  The kernel's count was read while the records of a point came in: so it is not
 * below what the guest read at that point, and not above what it reads at the next.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/reasons.h"


/* On VMX the tracepoint has the whole field of the exit reason; its low 16 bits are the reason. */
static uint64_t counted(const struct case_file *cf, const struct host_histogram *t, uint32_t number)
{
	return cf->vendor == EM_VMX ? host_histogram_hits_basic(t, number) : host_histogram_hits(t, number);
}

static bool judge_figure(const char *what, uint32_t read, uint32_t count, bool is_before, const char *at,
			 const char *counted_at, struct finding *f)
{
	if (is_before ? count_has_grown(count, read) : count_has_grown(read, count))
		return true;
	finding_wanted(f, "%s at %s: %s %u, which kvm:kvm_exit had counted at %s", what, at,
		       is_before ? "at least" : "at most", count, counted_at);
	finding_set(f, VERDICT_FAIL, "%u (%+d)", read, (int32_t)(read - count));
	return false;
}

/*
 * Compares what point `at` read with the kernel's count at point `when`, which is before it or the
 * same.
 */
static bool judge_point(const struct case_file *cf, int at, int when, struct finding *f)
{
	const struct point *p = &cf->records.point[at];
	const struct host_histogram *t = &cf->snapshot[when];
	enum em_tag total = at == when ? EM_TAG_AFTER_TOTAL : EM_TAG_BEFORE_TOTAL;
	char number[24], what[48];

	if (!judge_figure("total exits", p->leaf[total].regs.eax, (uint32_t)t->hits, at != when,
			  em_point_names[at], em_point_names[when], f))
		return false;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		if (!case_is_countable(cf, i) ||
		    reason_standing(cf->vendor, em_sweep_number(i)) != REASON_DEFINED)
			continue;
		snprintf(what, sizeof(what), "exits of reason %s",
			 reason_number(cf->vendor, em_sweep_number(i), number));
		if (!judge_figure(what, p->sweep[i].exits.eax, (uint32_t)counted(cf, t, em_sweep_number(i)),
				  at != when, em_point_names[at], em_point_names[when], f))
			return false;
	}
	return true;
}

void clause_oracle_points(const struct case_file *cf, struct finding *f)
{
	bool is_global = case_has_input(cf, CASE_HOST) && cf->host.is_global;
	unsigned int judged = 0;
	int before = -1;

	for (int i = 0; i < EM_POINTS; i++) {
		if (!case_has_point(cf, (enum em_point)i))
			continue;
		if (before >= 0 && !judge_point(cf, i, before, f))
			return;
		if (cf->has_snapshot[i] && !is_global && !judge_point(cf, i, i, f))
			return;
		judged += cf->has_snapshot[i];
		if (cf->has_snapshot[i])
			before = i;
	}
	if (!judged)
		finding_set(f, VERDICT_SKIP, "no count was read at a point");
	else
		finding_set(f, VERDICT_PASS, "within what was counted at %u points", judged);
}
