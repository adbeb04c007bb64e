// SPDX-License-Identifier: GPL-2.0-only
#include "command/grade_rows.h"

#include <jansson.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"

static void add_columns(struct grade_row *row, json_t *columns)
{
	const char *key;
	json_t *value;

	json_object_foreach(columns, key, value)
		grade_pairs_add(&row->columns, key, json_string_value(value));
}

static void add_run(struct grade_row *row, const struct class_run *run)
{
	_cleanup_error_ struct error err = { 0 };

	if (run->run.state == BATCH_FAILED)
		grade_row_set(row, GRADE_LOST, run->run.why);
	else if (run->run.state == BATCH_PLANNED && !run->run.is_old)
		grade_row_set(row, GRADE_LOST, "it is not measured yet");
	else if (grade_row_add_run(row, run->member->class->dir, run->run.place, &err) < 0)
		grade_row_set(row, GRADE_LOST, err.message);
}

/* Which hosts were taken, where that is not the one that was asked for. */
static void note_hosts(struct grade_row *row, const struct class_member *m)
{
	const char *why = vendors_why(m->vendors, m->class->preferred);
	_cleanup_free_ char *hosts = NULL;

	if (!why || !m->run_count)
		return;
	for (size_t i = 0; i < m->run_count; i++)
		text_join(&hosts, " and ", "%s", host_words[m->runs[i].host]);
	text_join(&hosts, ": ", "%s", why);
	grade_pairs_add(&row->notes, "measured on", hosts);
}

/* Which kernel was taken, where that is not the one that was asked for. */
static void note_kernel(struct grade_row *row, const struct class_member *m)
{
	const struct class_kernel *kernels = m->class->kernels;
	_cleanup_free_ char *text = NULL;

	if (!m->kernel)
		return;
	text = xasprintf("%s, since it does not fit %s", kernels[m->kernel].release,
			 kernels[0].release ? kernels[0].release : "the one that was asked for");
	grade_pairs_add(&row->notes, GRADE_NOTE_KERNEL, text);
}

static void fill_row(struct grade_row *row, const struct class_member *m)
{
	add_columns(row, m->subject->columns);
	note_hosts(row, m);
	note_kernel(row, m);
	if (m->why_unbuilt && m->run_count)
		grade_pairs_add(&row->notes, "as it was measured before, since its source cannot be built now", m->why_unbuilt);
	if (m->subject->why_not)
		grade_row_set(row, m->subject->is_lost ? GRADE_LOST : GRADE_NOT_A_SUBMISSION, m->subject->why_not);
	else if (!m->run_count)
		grade_row_set(row, GRADE_LOST, "it is not measured yet");
	for (size_t i = 0; i < m->run_count && !m->subject->why_not; i++)
		add_run(row, &m->runs[i]);
}

void grade_rows_fill(const struct class *class, struct grade_list *list)
{
	for (size_t i = 0; i < class->subjects->count; i++) {
		const struct subject *s = &class->subjects->list[i];

		fill_row(grades_add(list, s->name, s->folder, s->source), &class->members[i]);
	}
}

/* The ids of the clauses for which a run fails. */
static void add_failed(char **words, const struct grade_run *run)
{
	const char *separator = *words ? ", " : "";

	for (size_t i = 0; i < run->clause_count; i++) {
		if (run->clauses[i].verdict != VERDICT_FAIL || run->clauses[i].weight != WEIGHT_REQUIRED)
			continue;
		text_join(words, separator, "%s", run->clauses[i].id);
		separator = ", ";
	}
}

char *grade_row_word(const struct class_member *member)
{
	struct grade_list list = { 0 };
	struct grade_row *row = grades_add(&list, member->subject->name, member->subject->folder, NULL);
	_cleanup_free_ char *words = NULL;
	char *line;

	fill_row(row, member);
	if (row->why)
		words = printable_text(row->why);
	for (size_t i = 0; i < row->run_count && !row->why; i++)
		add_failed(&words, &row->runs[i]);
	line = xasprintf("%s%s%s", row->run_count ? verdict_name(grade_row_verdict(row)) : grade_state_name(row->state),
			 words ? ": " : "", words ? words : "");
	grades_deinit(&list);
	return line;
}
