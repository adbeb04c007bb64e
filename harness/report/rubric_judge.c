// SPDX-License-Identifier: GPL-2.0-only
/* What a row comes to by a rubric. */
#include <stdbool.h>
#include <string.h>

#include "report/rubric.h"

/* One item's clauses in all runs of a row, as far as they were looked at. */
struct tally {
	unsigned int passed, failed, lost;
};

static void count(struct tally *t, enum verdict verdict)
{
	t->passed += verdict == VERDICT_PASS;
	t->failed += verdict == VERDICT_FAIL || verdict == VERDICT_ADVICE;
	t->lost += verdict == VERDICT_LOST;
}

/*
 * A rubric that names a clause gives points for it, even where the edition only recommends it.  Of a group
 * only what is required counts.
 */
static bool is_of(const struct rubric_item *item, const struct grade_clause *c)
{
	if (item->clause)
		return !strcmp(item->clause, c->id);
	return c->weight == WEIGHT_REQUIRED && clause_group_of(c->id) == item->group;
}

enum verdict rubric_judge(const struct rubric_item *item, const struct grade_row *row)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < row->run_count; i++)
		for (size_t k = 0; k < row->runs[i].clause_count; k++)
			if (is_of(item, &row->runs[i].clauses[k]))
				count(&t, row->runs[i].clauses[k].verdict);
	if (t.failed)
		return VERDICT_FAIL;
	if (t.lost)
		return VERDICT_LOST;
	return t.passed ? VERDICT_PASS : VERDICT_SKIP;
}

struct points rubric_points(const struct rubric *rubric, const struct grade_row *row)
{
	struct points p = { 0 };

	for (size_t i = 0; i < rubric->count; i++) {
		const struct rubric_item *item = &rubric->items[i];
		enum verdict verdict = rubric_judge(item, row);

		p.full += item->points;
		if (verdict == VERDICT_PASS)
			p.given += item->points;
		else if (verdict != VERDICT_FAIL)
			p.open += item->points;
	}
	return p;
}
