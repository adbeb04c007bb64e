// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_html_row.h"

#include "base/memory.h"
#include "evidence/file_names.h"
#include "report/html.h"

static void put_points(FILE *out, const struct grade_score *score)
{
	char given[24], full[24];

	if (score->item_count)
		fprintf(out, "<td class=\"number\">%s of %s</td>",
			points_format(score->points.given, given),
			points_format(score->points.full, full));
	else
		fputs("<td></td>", out);
	html_element(out, "td", "look", score->look ? score->look : "");
}

/* A text that is long stands behind its word, which opens; it also shows when the pointer rests there. */
static void put_cell(FILE *out, const struct grade_cell *cell)
{
	const char *word = verdict_name(cell->verdict);

	if (cell->verdict == VERDICT_NONE) {
		fputs("<td class=\"dim\" title=\"not asked\">\xe2\x80\x93</td>", out);
		return;
	}
	fprintf(out, "<td class=\"%s\"", word);
	html_attribute(out, "title", cell->text);
	if (!cell->text || (cell->verdict != VERDICT_FAIL && cell->verdict != VERDICT_ADVICE)) {
		fprintf(out, ">%s</td>", word);
		return;
	}
	fprintf(out, "><details><summary>%s</summary><div>", word);
	html_put(out, cell->text);
	fputs("</div></details></td>", out);
}

void grades_html_row(FILE *out, const struct grade_view *view, const struct grade_score *score,
		     bool has_points)
{
	const struct grade_row *row = score->row;
	const char *verdict = verdict_name(grade_row_verdict(row));

	fprintf(out, "<tr><th scope=\"row\"><a href=\"#%s\">", row->folder);
	html_put(out, row->name);
	fprintf(out, "</a></th><td class=\"%s\">%s</td>", verdict, grade_row_outcome(row));
	if (has_points)
		put_points(out, score);
	for (size_t i = 0; i < view->column_count; i++)
		put_cell(out, &score->cells[i]);
	fputs("</tr>\n", out);
}

static void put_links(FILE *out, const struct grade_row *row)
{
	_cleanup_free_ char *feedback = xasprintf(FILE_FEEDBACK_FOLDER "/%s.md", row->folder);

	fputs("<p>", out);
	html_link(out, feedback, "feedback");
	for (size_t i = 0; i < row->run_count; i++) {
		_cleanup_free_ char *report = xasprintf("%s/" FILE_REPORT, row->runs[i].folder);
		_cleanup_free_ char *text = xasprintf("report on %s",
						      row->runs[i].host ? row->runs[i].host : "?");

		fputs(", ", out);
		html_link(out, report, text);
		if (row->runs[i].edition)
			fputs(" by edition ", out);
		html_put(out, row->runs[i].edition ? row->runs[i].edition : "");
	}
	fputs("</p>\n", out);
}

static void put_pairs(FILE *out, const struct grade_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		html_element(out, "dt", NULL, pairs->pairs[i].key);
		html_element(out, "dd", NULL, pairs->pairs[i].value);
	}
}

/* "fail  sum-exits: Exits per reason sum to the total", and what was got */
static void put_clause(FILE *out, const struct grade_column *column, const struct grade_cell *cell)
{
	const char *word = verdict_name(cell->verdict);

	fputs("<dt>", out);
	fprintf(out, "<strong class=\"mark %s\">%s</strong> ", word, word);
	html_put(out, column->id);
	fputs(": ", out);
	html_put(out, column->title);
	fputs("</dt>", out);
	html_element(out, "dd", NULL, cell->text ? cell->text : "");
	fputc('\n', out);
}

static void put_clauses(FILE *out, const struct grade_view *view, const struct grade_score *score)
{
	static const enum verdict shown[] = { VERDICT_FAIL, VERDICT_LOST, VERDICT_ADVICE };

	for (size_t k = 0; k < ARRAY_SIZE(shown); k++)
		for (size_t i = 0; i < view->column_count; i++)
			if (score->cells[i].verdict == shown[k] &&
			    (shown[k] == VERDICT_FAIL || !grade_score_is_told(score, i)))
				put_clause(out, &view->columns[i], &score->cells[i]);
}

void grades_html_subject(FILE *out, const struct grade_view *view, const struct grade_score *score)
{
	const struct grade_row *row = score->row;

	fprintf(out, "<section class=\"subject\" id=\"%s\">\n", row->folder);
	html_element(out, "h3", NULL, row->name);
	fputc('\n', out);
	put_links(out, row);
	if (grade_row_why(row))
		html_element(out, "pre", NULL, grade_row_why(row));
	fputs("<dl>\n", out);
	if (row->source) {
		fputs("<dt>source</dt>", out);
		html_element(out, "dd", NULL, row->source);
	}
	put_pairs(out, &row->columns);
	put_pairs(out, &row->notes);
	if (row->run_count)
		put_pairs(out, &row->runs[0].notes);
	put_clauses(out, view, score);
	fputs("</dl>\n</section>\n", out);
}
