// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"
#include "judge/reasons.h"


void clause_finished(const struct case_file *cf, struct finding *f)
{
	const struct evidence *e = &cf->evidence;

	if (e->outcome != OUTCOME_FINISHED)
		finding_set(f, VERDICT_LOST, "%s%s%s", outcome_name(e->outcome),
			    e->detail ? ": " : "", e->detail ? e->detail : "");
}

/* What is wrong with a point's records; NULL: nothing.  The caller frees it. */
static char *tell_point(const struct case_file *cf, enum em_point point)
{
	const struct point *p = &cf->records.point[point];

	if (p->status == POINT_COMPLETE || (p->status == POINT_MISSING && !case_wants_point(cf, point)))
		return NULL;
	if (p->status != POINT_TORN)
		return xasprintf("%s %s", em_point_names[point], point_status_name(p->status));
	return xasprintf("%s torn at line %lu: %s", em_point_names[point], p->line, p->reason);
}

void clause_records(const struct case_file *cf, struct finding *f)
{
	_cleanup_free_ char *list = NULL;

	for (int i = 0; i < EM_POINTS; i++) {
		_cleanup_free_ char *wrong = tell_point(cf, (enum em_point)i);

		if (wrong)
			text_join(&list, "; ", "%s", wrong);
	}
	if (list)
		finding_set(f, VERDICT_LOST, "%s", list);
	else
		finding_set(f, VERDICT_PASS, "all %d complete, %lu lines of noise",
			    __builtin_popcount(scenario_points(cf->evidence.scenario)),
			    cf->records.noise);
}

void clause_implemented(const struct case_file *cf, struct finding *f)
{
	switch (cf->implementation) {
	case IMPLEMENTATION_WHOLE:
		break;
	case IMPLEMENTATION_UNKNOWN:
		finding_lose(f, "no point's records are whole");
		break;
	default:
		finding_set(f, VERDICT_FAIL, "%s", cf->implementation_why);
	}
}

static bool judge_growth(const struct case_file *cf, int from, int to, struct finding *f)
{
	const struct point *a = &cf->records.point[from], *b = &cf->records.point[to];
	uint32_t x = a->leaf[EM_TAG_AFTER_TOTAL].regs.eax, y = b->leaf[EM_TAG_BEFORE_TOTAL].regs.eax;
	uint64_t c = regs_cycles(&a->leaf[EM_TAG_AFTER_CYCLES].regs);
	uint64_t d = regs_cycles(&b->leaf[EM_TAG_BEFORE_CYCLES].regs);
	bool has_exits = case_tells(cf, FIGURE_REASON_EXITS), has_cycles = case_tells(cf, FIGURE_REASON_CYCLES);
	char number[24];

	if (case_tells(cf, FIGURE_EXITS) && !count_has_grown(x, y)) {
		finding_set(f, VERDICT_FAIL, "total exits %u at the end of %s, then %u at %s", x,
			    em_point_names[from], y, em_point_names[to]);
		return false;
	}
	if (case_tells(cf, FIGURE_CYCLES) && d < c) {
		finding_set(f, VERDICT_FAIL, "total cycles %" PRIu64 " at the end of %s, then %" PRIu64
			    " at %s", c, em_point_names[from], d, em_point_names[to]);
		return false;
	}
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *s = &a->sweep[i], *t = &b->sweep[i];

		if (!case_is_countable(cf, i))
			continue;
		if ((!has_exits || count_has_grown(s->exits.eax, t->exits.eax)) &&
		    (!has_cycles || regs_cycles(&t->cycles) >= regs_cycles(&s->cycles)))
			continue;
		finding_set(f, VERDICT_FAIL, "reason %s: exits %u, cycles %" PRIu64 " at %s, then exits "
			    "%u, cycles %" PRIu64 " at %s",
			    reason_number(cf->vendor, em_sweep_number(i), number), s->exits.eax,
			    regs_cycles(&s->cycles), em_point_names[from], t->exits.eax,
			    regs_cycles(&t->cycles), em_point_names[to]);
		return false;
	}
	return true;
}

void clause_boot_totals(const struct case_file *cf, struct finding *f)
{
	_cleanup_free_ char *totals = NULL;
	const char *lost = NULL;
	int from = -1;

	for (int i = 0; i < EM_POINTS; i++) {
		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		if (!case_has_point(cf, (enum em_point)i)) {
			lost = lost ? lost : em_point_names[i];
			continue;
		}
		if (case_tells(cf, FIGURE_EXITS) && !cf->records.point[i].leaf[EM_TAG_BEFORE_TOTAL].regs.eax) {
			finding_set(f, VERDICT_FAIL, "total exits 0 at %s", em_point_names[i]);
			return;
		}
		if (from >= 0 && !judge_growth(cf, from, i, f))
			return;
		from = i;
	}
	if (lost) {
		finding_lose(f, "the point %s is lost", lost);
		return;
	}
	for (int i = 0; i < EM_POINTS && case_tells(cf, FIGURE_EXITS); i++)
		if (case_wants_point(cf, (enum em_point)i))
			text_join(&totals, ", ", "%s %u", em_point_names[i],
				  cf->records.point[i].leaf[EM_TAG_BEFORE_TOTAL].regs.eax);
	finding_set(f, VERDICT_PASS, "%s", totals ? totals : "no figure shrinks");
}

/* A reboot resets the VM and does not make a new one, so that its counters go on. */
void clause_reboot(const struct case_file *cf, struct finding *f)
{
	const struct point *p = cf->records.point;

	if (!case_has_point(cf, EM_REBOOT) || !case_has_point(cf, EM_EARLY2)) {
		finding_lose(f, "the point %s is lost",
			     case_has_point(cf, EM_REBOOT) ? "early2" : "reboot");
		return;
	}
	if (!cf->evidence.resets || cf->evidence.resets > RESETS_PER_REBOOT) {
		finding_set(f, VERDICT_LOST, "%u resets of the guest", cf->evidence.resets);
		return;
	}
	if (!judge_growth(cf, EM_REBOOT, EM_EARLY2, f))
		return;
	if (case_tells(cf, FIGURE_EXITS))
		finding_set(f, VERDICT_PASS, "exits %u before the reboot, %u after",
		    p[EM_REBOOT].leaf[EM_TAG_AFTER_TOTAL].regs.eax,
		    p[EM_EARLY2].leaf[EM_TAG_FIRST_TOTAL].regs.eax);
}
