// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "judge/clause.h"
#include "judge/reasons.h"


void clause_finished(const struct case_file *cf, struct finding *f)
{
	const struct evidence *e = &cf->evidence;

	if (e->outcome != OUTCOME_FINISHED)
		finding_set(f, VERDICT_LOST, "%s%s%s", outcome_name(e->outcome),
			    e->detail ? ": " : "", e->detail ? e->detail : "");
}

void clause_records(const struct case_file *cf, struct finding *f)
{
	for (int i = 0; i < EM_POINTS; i++) {
		const struct point *p = &cf->records.point[i];
		const char *so_far = f->got ? f->got : "";
		const char *comma = f->got ? "; " : "";

		if (p->status == POINT_MISSING && !case_wants_point(cf, (enum em_point)i))
			continue;
		if (p->status == POINT_TORN)
			finding_set(f, VERDICT_LOST, "%s%s%s torn at line %lu: %s", so_far, comma,
				    em_point_names[i], p->line, p->reason);
		else if (p->status != POINT_COMPLETE)
			finding_set(f, VERDICT_LOST, "%s%s%s %s", so_far, comma, em_point_names[i],
				    point_status_name(p->status));
	}
	if (f->verdict == VERDICT_PASS)
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

/* eax holds the low 32 bits of a 64-bit count: compare as they wrap. */
static bool has_shrunk(uint32_t before, uint32_t after)
{
	return (int32_t)(after - before) < 0;
}

static bool judge_growth(const struct case_file *cf, int from, int to, struct finding *f)
{
	const struct point *a = &cf->records.point[from], *b = &cf->records.point[to];
	uint32_t x = a->leaf[EM_TAG_AFTER_TOTAL].regs.eax, y = b->leaf[EM_TAG_BEFORE_TOTAL].regs.eax;
	uint64_t c = regs_cycles(&a->leaf[EM_TAG_AFTER_CYCLES].regs);
	uint64_t d = regs_cycles(&b->leaf[EM_TAG_BEFORE_CYCLES].regs);
	char number[24];

	if (has_shrunk(x, y)) {
		finding_set(f, VERDICT_FAIL, "total exits %u at the end of %s, then %u at %s", x,
			    em_point_names[from], y, em_point_names[to]);
		return false;
	}
	if (d < c) {
		finding_set(f, VERDICT_FAIL, "total cycles %" PRIu64 " at the end of %s, then %" PRIu64
			    " at %s", c, em_point_names[from], d, em_point_names[to]);
		return false;
	}
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *s = &a->sweep[i], *t = &b->sweep[i];

		if (!case_is_countable(cf, i))
			continue;
		if (!has_shrunk(s->exits.eax, t->exits.eax) &&
		    regs_cycles(&t->cycles) >= regs_cycles(&s->cycles))
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
	const char *lost = NULL;
	int from = -1;

	for (int i = 0; i < EM_POINTS; i++) {
		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		if (!case_has_point(cf, (enum em_point)i)) {
			lost = lost ? lost : em_point_names[i];
			continue;
		}
		if (!cf->records.point[i].leaf[EM_TAG_BEFORE_TOTAL].regs.eax) {
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
	for (int i = 0; i < EM_POINTS; i++)
		if (case_wants_point(cf, (enum em_point)i))
			finding_set(f, VERDICT_PASS, "%s%s%s %u", f->got ? f->got : "",
				    f->got ? ", " : "", em_point_names[i],
				    cf->records.point[i].leaf[EM_TAG_BEFORE_TOTAL].regs.eax);
}

/* A reboot resets a VM, and makes no new one: its counters know nothing of it. */
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
	finding_set(f, VERDICT_PASS, "exits %u before the reboot, %u after",
		    p[EM_REBOOT].leaf[EM_TAG_AFTER_TOTAL].regs.eax,
		    p[EM_EARLY2].leaf[EM_TAG_FIRST_TOTAL].regs.eax);
}
