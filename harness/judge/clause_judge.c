// SPDX-License-Identifier: GPL-2.0-only
#include "judge/clause_judge.h"

#include <string.h>

#include "base/memory.h"
#include "judge/clause_needs.h"

/* Judges all points.  The first that fails is told in full, the others by name. */
static void judge_points(const struct clause *clause, const struct case_file *cf, struct finding *ret)
{
	const char *lost = NULL;

	for (int i = 0; i < EM_POINTS; i++) {
		struct finding f = { 0 };

		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		if (!case_has_point(cf, (enum em_point)i)) {
			lost = lost ? lost : em_point_names[i];
			continue;
		}
		clause->judge_point(cf, &cf->records.point[i], &f);
		ret->is_leak |= f.is_leak;
		if (ret->verdict == VERDICT_FAIL) {
			if (f.verdict == VERDICT_FAIL)
				finding_set(ret, VERDICT_FAIL, "%s (at %s too)", ret->got, em_point_names[i]);
		} else {
			finding_set(ret, f.verdict, "at %s: %s", em_point_names[i], f.got ? f.got : "as wanted");
			free(ret->wanted);
			ret->wanted = take_ptr(f.wanted);
		}
		finding_deinit(&f);
	}
	if (lost && ret->verdict != VERDICT_FAIL)
		finding_lose(ret, "the point %s is lost", lost);
}

/* Where nothing was booted or the host has crashed, only builds and stable have something to judge. */
static bool lacks_guest(const struct clause *clause, const struct case_file *cf, struct finding *f)
{
	bool is_builds = clause->judge_run == clause_builds;

	if (cf->evidence.outcome == OUTCOME_NOT_BUILT && !is_builds)
		finding_set(f, VERDICT_NONE, "there are no modules");
	else if (cf->evidence.outcome == OUTCOME_HOST_CRASHED && !is_builds &&
		 clause->judge_run != clause_stable)
		finding_set(f, VERDICT_NONE, "the host has crashed");
	else
		return false;
	return true;
}

/* Where none fits, the figures were read in a layout that says nothing. */
static bool fits_no_layout(const struct case_file *cf)
{
	return cf->evidence.is_layout_found && cf->spoken == EM_LAYOUTS && cf->meaning[0].is_known;
}

/* Whether the clause has nothing to say of this run; f then says so. */
static bool is_beside(const struct clause *clause, const struct case_file *cf, enum weight weight,
		      struct finding *f)
{
	if (lacks_guest(clause, cf, f))
		return true;
	if ((clause->needs & OF_REBOOT) && cf->evidence.scenario != SCENARIO_REBOOT)
		finding_set(f, VERDICT_NONE, "the guest did not have to reboot");
	else if ((clause->needs & OF_OPERATIONS) && cf->evidence.scenario != SCENARIO_OPERATIONS)
		finding_set(f, VERDICT_NONE, "the guest did not have to carry out operations");
	else if (edition_is_none(cf->edition) && clause->figures)
		finding_set(f, VERDICT_SKIP, "no edition fits what the leaves tell");
	else if (fits_no_layout(cf) && clause->figures)
		finding_set(f, VERDICT_SKIP, "no layout fits what the leaves tell");
	else if (weight == WEIGHT_NOT_ASKED)
		finding_set(f, VERDICT_NONE, "the edition %s does not ask for it", cf->edition->name);
	else
		return false;
	return true;
}

void clause_judge(const struct clause *clause, const struct case_file *cf, struct finding *ret)
{
	enum weight weight = cf->edition->weight[clause - clauses];

	memset(ret, 0, sizeof(*ret));
	ret->clause = clause;
	if (!is_beside(clause, cf, weight, ret) && !clause_misses_needs(clause, cf, ret)) {
		if (clause->judge_run)
			clause->judge_run(cf, ret);
		else
			judge_points(clause, cf, ret);
	}
	finding_weigh(ret, weight);
	if (!ret->wanted)
		ret->wanted = xstrdup(clause->wanted ? clause->wanted : clause->title);
	if (!ret->got)
		ret->got = xstrdup("as wanted");
}
