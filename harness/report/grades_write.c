// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_write.h"

#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/feedback.h"
#include "report/grades_csv.h"
#include "report/grades_html.h"
#include "report/grades_json.h"

#define NAME_COLUMNS 32
#define DETAIL_BYTES 160	/* of a row's last column */

/* Takes over the text. */
static int write_file(const char *dir, const char *name, char *text, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	int ret = file_write(path, text, strlen(text), err);

	free(text);
	return ret;
}

/* A subject that has gone leaves no feedback behind. */
static int write_feedback(const struct grade_view *view, const char *dir, struct error *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/" FILE_FEEDBACK_FOLDER, dir);

	dir_remove(folder);
	if (dir_make(folder, err) < 0)
		return -1;
	for (size_t i = 0; i < view->list->count; i++) {
		_cleanup_free_ char *name = xasprintf("%s.md", view->list->rows[i].folder);

		if (write_file(folder, name, feedback_format(view, &view->scores[i]), err) < 0)
			return -1;
	}
	return 0;
}

static int write_json(const struct grade_view *view, const struct likeness *likeness,
		      const char *dir, struct error *err)
{
	json_t *json = grades_to_json(view, likeness);
	char *text = json_format(json);

	json_decref(json);
	return write_file(dir, FILE_GRADES, text, err);
}

int grades_write(const struct grade_view *view, const struct likeness *likeness, const char *dir,
		 struct error *err)
{
	if (write_file(dir, FILE_GRADES_CSV, grades_csv(view), err) < 0 ||
	    write_file(dir, FILE_LIKENESS, likeness_csv(view->list, likeness), err) < 0 ||
	    write_file(dir, FILE_GRADES_HTML, grades_html(view, likeness), err) < 0 ||
	    write_feedback(view, dir, err) < 0)
		return -1;
	return write_json(view, likeness, dir, err);
}

/* The clauses that failed, or, where none could, the first line of why. */
static char *tell(const struct grade_view *view, const struct grade_score *score)
{
	const struct grade_row *row = score->row;
	char *list = NULL;

	for (size_t i = 0; i < view->column_count; i++)
		if (score->cells[i].verdict == VERDICT_FAIL)
			text_join(&list, " ", "%s", view->columns[i].id);
	if (!list && grade_row_why(row))
		text_join(&list, "", "%.*s", (int)strcspn(grade_row_why(row), "\n"), grade_row_why(row));
	return list;
}

/* How many columns a masked text takes: one for each character, near enough. */
static int width(const char *text)
{
	int columns = 0;

	for (; *text; text++)
		columns += (*text & 0xc0) != 0x80;
	return columns;
}

static void print_row(const struct grade_view *view, const struct grade_score *score, FILE *out)
{
	_cleanup_free_ char *name = printable_text(score->row->name), *told = tell(view, score);
	_cleanup_free_ char *detail = told ? printable_copy(told) : NULL;
	int room = NAME_COLUMNS - width(name);
	char given[24], full[24];

	fprintf(out, "%s%*s ", name, room > 0 ? room : 0, "");
	if (score->item_count)
		fprintf(out, "%6s of %-6s ", points_format(score->points.given, given),
			points_format(score->points.full, full));
	else
		fprintf(out, "%16s ", "");
	fprintf(out, "%-16s%s%.*s\n", grade_row_outcome(score->row), detail ? " " : "",
		DETAIL_BYTES, detail ? detail : "");
}

static void tell_others(const struct grade_view *view, FILE *out)
{
	size_t count = 0;

	for (size_t i = 0; i < view->list->count; i++)
		count += view->scores[i].is_of_another && view->scores[i].row->state != GRADE_NOT_BUILT;
	if (count)
		fprintf(out, "%zu were judged by another edition than most, which is %s: EDITION= names the one for all\n",
			count, view->edition);
}

void grades_print(const struct grade_view *view, const struct likeness *likeness, const char *dir,
		  FILE *out)
{
	fprintf(out, "%-*s %16s %-16s %s\n", NAME_COLUMNS, "subject", "points      ", "verdict",
		"what failed");
	for (size_t i = 0; i < view->list->count; i++)
		print_row(view, view->sorted[i], out);
	fprintf(out, "\n%u passed, %u failed, %u lost\n", grade_view_count(view, VERDICT_PASS),
		grade_view_count(view, VERDICT_FAIL), grade_view_count(view, VERDICT_LOST));
	tell_others(view, out);
	if (likeness->count)
		fprintf(out, "%zu pairs resemble each other: look at " FILE_LIKENESS "\n",
			likeness->count);
	fprintf(out,
		"page:     %s/" FILE_GRADES_HTML "\ntable:    %s/" FILE_GRADES_CSV
		"\nfeedback: %s/" FILE_FEEDBACK_FOLDER "\n",
		dir, dir, dir);
}
