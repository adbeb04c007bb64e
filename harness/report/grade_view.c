// SPDX-License-Identifier: GPL-2.0-only
#include "report/grade_view.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"

/* The worst verdict first. */
static const enum verdict by_badness[] = {
	VERDICT_FAIL, VERDICT_LOST, VERDICT_ADVICE, VERDICT_PASS, VERDICT_SKIP, VERDICT_NONE
};

static size_t rank_of(enum verdict verdict)
{
	size_t rank = 0;

	while (by_badness[rank] != verdict)
		rank++;
	return rank;
}

static const struct grade_clause *find_clause(const struct grade_run *run, const char *id)
{
	for (size_t i = 0; i < run->clause_count; i++)
		if (!strcmp(run->clauses[i].id, id))
			return &run->clauses[i];
	return NULL;
}

static enum verdict worst_of(const struct grade_row *row, const char *id)
{
	enum verdict worst = VERDICT_NONE;

	for (size_t i = 0; i < row->run_count; i++) {
		const struct grade_clause *c = find_clause(&row->runs[i], id);

		if (c && rank_of(c->verdict) < rank_of(worst))
			worst = c->verdict;
	}
	return worst;
}

/* Where a row has several runs, each text says of which it is. */
static void add_text(struct grade_cell *cell, const struct grade_row *row,
		     const struct grade_run *run, const char *got)
{
	const bool is_named = row->run_count > 1 && run->host;

	text_join(&cell->text, "; ", "%s%s%s", is_named ? run->host : "", is_named ? ": " : "", got);
}

static struct grade_cell make_cell(const struct grade_row *row, const char *id)
{
	struct grade_cell cell = { .verdict = worst_of(row, id) };

	for (size_t i = 0; i < row->run_count && cell.verdict != VERDICT_NONE; i++) {
		const struct grade_clause *c = find_clause(&row->runs[i], id);

		if (!c || c->verdict != cell.verdict)
			continue;
		if (!cell.clause)
			cell.clause = c;
		if (c->got && cell.verdict != VERDICT_PASS)
			add_text(&cell, row, &row->runs[i], c->got);
	}
	return cell;
}

static bool concerns_any(const struct grade_list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (worst_of(&list->rows[i], id) != VERDICT_NONE)
			return true;
	return false;
}

/* Columns of a group stand side by side, in the order of the table of clauses. */
static void make_columns(struct grade_view *view)
{
	view->columns = xcalloc(clause_count, sizeof(*view->columns));
	for (unsigned int group = 0; group <= CLAUSE_GROUPS; group++)
		for (unsigned int i = 0; i < clause_count; i++)
			if (clause_group_of(clauses[i].id) == group &&
			    concerns_any(view->list, clauses[i].id))
				view->columns[view->column_count++] = (struct grade_column){
					clauses[i].id, clauses[i].title, (enum clause_group)group };
}

static unsigned int count_failed(const struct grade_row *row)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < clause_count; i++)
		n += worst_of(row, clauses[i].id) == VERDICT_FAIL;
	return n;
}

static struct grade_item make_item(const struct rubric_item *item, const struct grade_row *row)
{
	return (struct grade_item){
		.what = item->clause ? item->clause : clause_group_name(item->group),
		.text = item->text,
		.points = item->points,
		.verdict = rubric_judge(item, row),
	};
}

static void add_points(struct points *points, const struct grade_item *item)
{
	if (item->verdict == VERDICT_NONE)
		return;
	points->full += item->points;
	if (item->verdict == VERDICT_PASS)
		points->given += item->points;
	else if (item->verdict != VERDICT_FAIL)
		points->open += item->points;
}

static void add_items(struct grade_score *score, const struct rubric *rubric)
{
	score->items = xcalloc(rubric->count + 1, sizeof(*score->items));
	for (size_t i = 0; i < rubric->count; i++) {
		struct grade_item *item = &score->items[score->item_count++];

		*item = make_item(&rubric->items[i], score->row);
		add_points(&score->points, item);
	}
}

/* "totals (10): not tried" */
static void add_open_item(char **look, const struct grade_item *item)
{
	char buf[24];

	if (item->verdict == VERDICT_SKIP || item->verdict == VERDICT_LOST)
		text_join(look, "; ", "%s (%s): %s", item->what, points_format(item->points, buf),
			  item->verdict == VERDICT_LOST ? "lost" : "not tried");
}

static bool has_leak(const struct grade_row *row)
{
	for (size_t i = 0; i < row->run_count; i++)
		for (size_t k = 0; k < row->runs[i].clause_count; k++)
			if (row->runs[i].clauses[k].is_leak)
				return true;
	return false;
}

static void add_look(struct grade_score *score)
{
	const struct grade_row *row = score->row;

	if (row->state != GRADE_MEASURED)
		text_join(&score->look, "; ", "%s", grade_state_name(row->state));
	if (has_leak(row))
		text_join(&score->look, "; ", "it shows guests words of the host's kernel");
	if (row->run_count && grade_pairs_find(&row->runs[0].notes, GRADE_NOTE_BENT))
		text_join(&score->look, "; ", "the change was bent to fit");
	if (score->points.open && score->points.open == score->points.full)
		text_join(&score->look, "; ", "all points are open");
	for (size_t i = 0; i < score->item_count && score->points.open != score->points.full; i++)
		add_open_item(&score->look, &score->items[i]);
}

/* The edition by which a row was judged that has come to figures; NULL: it has not, or none fits. */
static const char *judged_by(const struct grade_row *row)
{
	const char *edition = row->run_count ? row->runs[0].edition : NULL;

	return edition && row->state != GRADE_NOT_BUILT && strcmp(edition, "none") != 0 ? edition : NULL;
}

/* The first of those that most rows were judged by. */
static const char *find_edition(const struct grade_list *list)
{
	const char *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *edition = judged_by(&list->rows[i]);
		size_t count = 0;

		for (size_t k = i; edition && k < list->count; k++)
			count += judged_by(&list->rows[k]) && !strcmp(judged_by(&list->rows[k]), edition);
		if (count > most) {
			most = count;
			best = edition;
		}
	}
	return best;
}

/*
 * Where nobody has named an edition, a submission that answers less is judged by an easier one: it must not get all
 * of its points for that beside a class that was judged by another.
 */
static bool is_of_another(const struct grade_view *view, const struct grade_row *row)
{
	return row->run_count && row->runs[0].is_edition_found && view->edition && row->runs[0].edition &&
	       strcmp(row->runs[0].edition, view->edition) != 0;
}

static const char *edition_of(const struct grade_view *view, const struct grade_row *row)
{
	return row->run_count && !is_of_another(view, row) ? row->runs[0].edition : view->edition;
}

/* Whether the class's edition asks for that, as far as any row tells. */
static bool is_asked(const struct grade_view *view, const struct rubric_item *item)
{
	for (size_t i = 0; i < view->list->count; i++) {
		const struct grade_row *row = &view->list->rows[i];

		if (judged_by(row) && !strcmp(judged_by(row), view->edition) && rubric_judge(item, row) != VERDICT_NONE)
			return true;
	}
	return false;
}

/* What its own edition does not ask for, and that of the class does, is open: somebody has to look. */
static void open_items(const struct grade_view *view, const struct rubric *rubric, struct grade_score *score)
{
	for (size_t i = 0; i < score->item_count; i++) {
		if (score->items[i].verdict != VERDICT_NONE || !is_asked(view, &rubric->items[i]))
			continue;
		score->items[i].verdict = VERDICT_SKIP;
		add_points(&score->points, &score->items[i]);
	}
}

static void make_score(const struct grade_view *view, const struct grade_row *row,
		       struct grade_score *ret)
{
	const char *edition = edition_of(view, row);
	const struct rubric *rubric = view->rubric;

	*ret = (struct grade_score){ .row = row, .failed = count_failed(row), .is_of_another = is_of_another(view, row) };
	if (!rubric && edition && rubric_of_edition(edition, &ret->rubric))
		rubric = &ret->rubric;
	if (rubric)
		add_items(ret, rubric);
	if (rubric && ret->is_of_another)
		open_items(view, rubric, ret);
	if (ret->is_of_another && row->state != GRADE_NOT_BUILT)
		text_join(&ret->look, "; ", "judged by %s, and most of the class by %s", row->runs[0].edition, view->edition);
	add_look(ret);
	ret->cells = xcalloc(view->column_count + 1, sizeof(*ret->cells));
	for (size_t i = 0; i < view->column_count; i++)
		ret->cells[i] = make_cell(row, view->columns[i].id);
}

static int compare(long a, long b)
{
	return (a > b) - (a < b);
}

/* The worst first: by verdict, then by what cannot be judged, by points, by failures, and by name. */
static int by_worst(const void *left, const void *right)
{
	const struct grade_score *a = *(struct grade_score *const *)left;
	const struct grade_score *b = *(struct grade_score *const *)right;
	int order = compare((long)rank_of(grade_row_verdict(a->row)),
			    (long)rank_of(grade_row_verdict(b->row)));

	if (!order)
		order = compare(a->row->state == GRADE_MEASURED, b->row->state == GRADE_MEASURED);
	if (!order)
		order = compare(a->points.given, b->points.given);
	if (!order)
		order = compare(b->failed, a->failed);
	if (!order)
		order = strcmp(a->row->name, b->row->name);
	return order ? order : strcmp(a->row->folder, b->row->folder);
}

void grade_view_make(const struct grade_list *list, const struct rubric *rubric, struct grade_view *ret)
{
	*ret = (struct grade_view){ .list = list, .rubric = rubric, .edition = find_edition(list) };
	make_columns(ret);
	ret->scores = xcalloc(list->count + 1, sizeof(*ret->scores));
	ret->sorted = xcalloc(list->count + 1, sizeof(*ret->sorted));
	for (size_t i = 0; i < list->count; i++) {
		make_score(ret, &list->rows[i], &ret->scores[i]);
		ret->sorted[i] = &ret->scores[i];
	}
	qsort(ret->sorted, list->count, sizeof(*ret->sorted), by_worst);
}

static void score_deinit(struct grade_score *score, size_t column_count)
{
	for (size_t i = 0; i < column_count; i++)
		free(score->cells[i].text);
	free(score->items);
	free(score->cells);
	free(score->look);
	rubric_deinit(&score->rubric);
}

void grade_view_deinit(struct grade_view *view)
{
	for (size_t i = 0; i < view->list->count; i++)
		score_deinit(&view->scores[i], view->column_count);
	free(view->scores);
	free(view->sorted);
	free(view->columns);
}

bool grade_score_is_told(const struct grade_score *score, size_t column)
{
	const struct grade_cell *cell = &score->cells[column];

	for (size_t i = 0; i < column; i++)
		if (score->cells[i].verdict == cell->verdict && cell->text &&
		    score->cells[i].text && !strcmp(score->cells[i].text, cell->text))
			return true;
	return false;
}

unsigned int grade_view_count(const struct grade_view *view, enum verdict verdict)
{
	unsigned int n = 0;

	for (size_t i = 0; i < view->list->count; i++)
		n += grade_row_verdict(&view->list->rows[i]) == verdict;
	return n;
}
