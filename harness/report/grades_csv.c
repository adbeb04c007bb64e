// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_csv.h"

#include <string.h>

#include "base/csv_put.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define END_OF_LINE "\r\n"

static char *mark(char *table)
{
	char *marked;

	for (const char *c = table; *c; c++) {
		if (!(*c & 0x80))
			continue;
		marked = xasprintf(BYTE_ORDER_MARK "%s", table);
		free(table);
		return marked;
	}
	return table;
}

static void next(FILE *out, const char *text)
{
	fputc(',', out);
	csv_put(out, text ? text : "");
}

/* The keys of all rows' further columns, each once, in the order in which they come. */
static struct grade_pairs list_keys(const struct grade_list *list)
{
	struct grade_pairs keys = { 0 };

	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < list->rows[i].columns.count; k++)
			if (!grade_pairs_find(&keys, list->rows[i].columns.pairs[k].key))
				grade_pairs_add(&keys, list->rows[i].columns.pairs[k].key, "");
	return keys;
}

static void put_header(FILE *out, const struct grade_view *view, const struct grade_pairs *keys)
{
	fputs("subject", out);
	for (size_t i = 0; i < keys->count; i++)
		next(out, keys->pairs[i].key);
	fputs(",state,verdict,points,open,of,look,edition,hosts", out);
	for (size_t i = 0; i < view->column_count; i++)
		next(out, view->columns[i].id);
	fputs(",why,notes,source,report,feedback" END_OF_LINE, out);
}

static void put_points(FILE *out, const struct grade_score *score)
{
	char given[24], open[24], full[24];

	if (score->item_count)
		fprintf(out, ",%s,%s,%s", points_format(score->points.given, given),
			points_format(score->points.open, open),
			points_format(score->points.full, full));
	else
		fputs(",,,", out);
	next(out, score->look);
}

static void put_runs(FILE *out, const struct grade_row *row)
{
	_cleanup_free_ char *hosts = NULL;

	for (size_t i = 0; i < row->run_count; i++)
		text_join(&hosts, " ", "%s", row->runs[i].host ? row->runs[i].host : "?");
	next(out, row->run_count ? row->runs[0].edition : NULL);
	next(out, hosts);
}

/* The first line: a cell of many makes a table that nobody can read. */
static void put_why(FILE *out, const char *why)
{
	_cleanup_free_ char *first = why ? xasprintf("%.*s", (int)strcspn(why, "\n"), why) : NULL;

	next(out, first);
}

static void join_notes(char **all, const struct grade_pairs *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		text_join(all, "; ", "%s: %s", notes->pairs[i].key, notes->pairs[i].value);
}

static void put_notes(FILE *out, const struct grade_row *row)
{
	_cleanup_free_ char *all = NULL;

	join_notes(&all, &row->notes);
	if (row->run_count)
		join_notes(&all, &row->runs[0].notes);
	next(out, all);
}

/* That of its first run, of which the page has the link to a second one. */
static void put_report(FILE *out, const struct grade_row *row)
{
	_cleanup_free_ char *path = row->run_count ? xasprintf("%s/" FILE_HTML, row->runs[0].folder) : NULL;

	next(out, path);
}

static void put_row(FILE *out, const struct grade_view *view, const struct grade_score *score,
		    const struct grade_pairs *keys)
{
	const struct grade_row *row = score->row;

	csv_put(out, row->name);
	for (size_t i = 0; i < keys->count; i++)
		next(out, grade_pairs_find(&row->columns, keys->pairs[i].key));
	next(out, grade_state_name(row->state));
	next(out, verdict_name(grade_row_verdict(row)));
	put_points(out, score);
	put_runs(out, row);
	for (size_t i = 0; i < view->column_count; i++)
		next(out, score->cells[i].verdict == VERDICT_NONE ?
				  "" :
				  verdict_name(score->cells[i].verdict));
	put_why(out, grade_row_why(row));
	put_notes(out, row);
	next(out, row->source);
	put_report(out, row);
	fprintf(out, "," FILE_FEEDBACK_FOLDER "/%s.md" END_OF_LINE, row->folder);
}

char *grades_csv(const struct grade_view *view)
{
	struct grade_pairs keys = list_keys(view->list);
	struct text t;
	FILE *out = text_open(&t);

	put_header(out, view, &keys);
	for (size_t i = 0; i < view->list->count; i++)
		put_row(out, view, view->sorted[i], &keys);
	grade_pairs_deinit(&keys);
	return mark(text_close(&t));
}

char *likeness_csv(const struct grade_list *list, const struct likeness *likeness)
{
	struct text t;
	FILE *out = text_open(&t);

	fputs("one,another,percent of the one,lines of the one,percent of the other,lines of the other" END_OF_LINE,
	      out);
	for (size_t i = 0; i < likeness->count; i++) {
		const struct likeness_pair *p = &likeness->pairs[i];

		csv_put(out, list->rows[p->a].name);
		next(out, list->rows[p->b].name);
		fprintf(out, ",%u,%u,%u,%u" END_OF_LINE, p->a_in_b, likeness->lines[p->a],
			p->b_in_a, likeness->lines[p->b]);
	}
	return mark(text_close(&t));
}
