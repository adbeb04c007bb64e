// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades.h"

#include <string.h>

#include "base/memory.h"

const char *grade_state_name(enum grade_state state)
{
	static const char *const names[GRADE_STATES] = {
		[GRADE_MEASURED] = "measured",
		[GRADE_NOT_BUILT] = "not built",
		[GRADE_NOT_A_SUBMISSION] = "not a submission",
		[GRADE_LOST] = "lost",
		[GRADE_CRASHED] = "crashed",
	};

	return names[state];
}

struct grade_row *grades_add(struct grade_list *list, const char *name, const char *folder,
			     const char *source)
{
	struct grade_row *row;

	list->rows = xrealloc(list->rows, (list->count + 1) * sizeof(*list->rows));
	row = &list->rows[list->count++];
	*row = (struct grade_row){ .name = xstrdup(name), .folder = xstrdup(folder),
				   .source = source ? xstrdup(source) : NULL };
	return row;
}

void grade_pairs_add(struct grade_pairs *pairs, const char *key, const char *value)
{
	pairs->pairs = xrealloc(pairs->pairs, (pairs->count + 1) * sizeof(*pairs->pairs));
	pairs->pairs[pairs->count++] = (struct grade_pair){ xstrdup(key), xstrdup(value) };
}

const char *grade_pairs_find(const struct grade_pairs *pairs, const char *key)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->pairs[i].key, key))
			return pairs->pairs[i].value;
	return NULL;
}

void grade_row_set(struct grade_row *row, enum grade_state state, const char *why)
{
	char *copy = why ? xstrdup(why) : NULL;	/* `why` may be the row's own */

	free(row->why);
	row->why = copy;
	row->state = state;
}

/* How bad a verdict is, compared with others. */
static int badness(enum verdict verdict)
{
	return verdict == VERDICT_FAIL ? 2 : verdict == VERDICT_LOST;
}

enum verdict grade_row_verdict(const struct grade_row *row)
{
	enum verdict worst = VERDICT_PASS;

	if (!row->run_count)
		return row->state == GRADE_LOST ? VERDICT_LOST : VERDICT_FAIL;
	for (size_t i = 0; i < row->run_count; i++)
		if (badness(row->runs[i].verdict) > badness(worst))
			worst = row->runs[i].verdict;
	return worst;
}

/* Of a row with two runs one may be lost, and the other one fails. */
const char *grade_row_outcome(const struct grade_row *row)
{
	if (row->state == GRADE_MEASURED || row->state == GRADE_LOST)
		return verdict_name(grade_row_verdict(row));
	return grade_state_name(row->state);
}

enum exit_status grades_status(const struct grade_list *list)
{
	int worst = 0;

	for (size_t i = 0; i < list->count; i++) {
		int bad = badness(grade_row_verdict(&list->rows[i]));

		worst = bad > worst ? bad : worst;
	}
	return worst == 2 ? STATUS_FAIL : worst ? STATUS_LOST : STATUS_PASS;
}

void grade_pairs_deinit(struct grade_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->pairs[i].key);
		free(pairs->pairs[i].value);
	}
	free(pairs->pairs);
	*pairs = (struct grade_pairs){ 0 };
}

static void clause_deinit(struct grade_clause *c)
{
	free(c->id);
	free(c->title);
	free(c->wanted);
	free(c->got);
	free(c->hint);
	free(c->where);
}

static void drop_clauses(struct grade_run *run)
{
	for (size_t i = 0; i < run->clause_count; i++)
		clause_deinit(&run->clauses[i]);
	free(run->clauses);
	run->clauses = NULL;
	run->clause_count = 0;
}

void grade_run_lose(struct grade_run *run, const char *why)
{
	drop_clauses(run);
	free(run->errors);
	run->errors = xstrdup(why);
	run->verdict = VERDICT_LOST;
	run->exit_code = STATUS_LOST;
}

const char *grade_row_why(const struct grade_row *row)
{
	if (row->why)
		return row->why;
	for (size_t i = 0; i < row->run_count; i++)
		if (row->runs[i].errors)
			return row->runs[i].errors;
	return NULL;
}

static void run_deinit(struct grade_run *run)
{
	drop_clauses(run);
	free(run->folder);
	free(run->host);
	free(run->vendor);
	free(run->edition);
	free(run->errors);
	free(run->asked);
	grade_pairs_deinit(&run->notes);
}

void grade_row_drop_runs(struct grade_row *row)
{
	for (size_t i = 0; i < row->run_count; i++)
		run_deinit(&row->runs[i]);
	free(row->runs);
	row->runs = NULL;
	row->run_count = 0;
}

static void row_deinit(struct grade_row *row)
{
	grade_row_drop_runs(row);
	grade_pairs_deinit(&row->columns);
	grade_pairs_deinit(&row->notes);
	free(row->name);
	free(row->folder);
	free(row->source);
	free(row->why);
}

void grades_deinit(struct grade_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		row_deinit(&list->rows[i]);
	free(list->rows);
	*list = (struct grade_list){ 0 };
}
