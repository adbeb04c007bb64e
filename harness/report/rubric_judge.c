// SPDX-License-Identifier: GPL-2.0-only
/* What a row comes to by an item of a rubric. */
#include <string.h>

#include "report/rubric.h"

/* One item's clauses in all runs of a row, as far as they were looked at. */
struct tally {
	unsigned int passed, failed, lost, skipped;
};

static void count(struct tally *t, enum verdict verdict)
{
	t->passed += verdict == VERDICT_PASS;
	t->failed += verdict == VERDICT_FAIL || verdict == VERDICT_ADVICE;
	t->lost += verdict == VERDICT_LOST;
	t->skipped += verdict == VERDICT_SKIP;
}

/*
 * Where the leaves are not answered at all, what follows from that is skipped, so that it is told once.  It
 * could be tried all the same, and is not there.
 */
static bool answers_nothing(const struct grade_run *run)
{
	for (size_t i = 0; i < run->clause_count; i++)
		if (!strcmp(run->clauses[i].id, "implemented"))
			return run->clauses[i].verdict == VERDICT_FAIL;
	return false;
}

bool rubric_item_has(const struct rubric_item *item, const char *id)
{
	return item->clause ? !strcmp(item->clause, id) : clause_group_of(id) == item->group;
}

/*
 * A rubric that names a clause gives points for it, even where the edition only recommends it.  Of a group
 * only what is required counts.
 */
static bool counts(const struct rubric_item *item, const struct grade_clause *c)
{
	return rubric_item_has(item, c->id) && (item->clause || c->weight == WEIGHT_REQUIRED);
}

static void count_run(struct tally *t, const struct rubric_item *item, const struct grade_run *run)
{
	const bool is_absent = answers_nothing(run);

	/* It could not be judged: grade_run_lose() */
	t->lost += !run->clause_count;
	for (size_t i = 0; i < run->clause_count; i++) {
		const struct grade_clause *c = &run->clauses[i];

		if (counts(item, c))
			count(t, is_absent && c->verdict == VERDICT_SKIP ? VERDICT_FAIL : c->verdict);
	}
}

/* What was not built has a run folder, in which no clause but `builds` was looked at. */
static bool was_run(const struct grade_row *row)
{
	return row->run_count && row->state != GRADE_NOT_BUILT;
}

enum verdict rubric_judge(const struct rubric_item *item, const struct grade_row *row)
{
	struct tally t = { 0 };

	/* A subject that was not built may have no run of which a clause says so. */
	t.failed = row->state == GRADE_NOT_BUILT && rubric_item_has(item, "builds");
	for (size_t i = 0; i < row->run_count; i++)
		count_run(&t, item, &row->runs[i]);
	if (t.failed)
		return VERDICT_FAIL;
	if (t.lost)
		return VERDICT_LOST;
	if (t.passed)
		return VERDICT_PASS;
	/* Who names a clause wants to hear that it was not tried; a group may be none of this edition's. */
	return t.skipped || item->clause || !was_run(row) ? VERDICT_SKIP : VERDICT_NONE;
}
