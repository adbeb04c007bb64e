// SPDX-License-Identifier: GPL-2.0-only
#include "report/feedback.h"

#include <string.h>

#include "base/markdown.h"
#include "base/memory.h"
#include "base/text.h"

/* Writes our own words, and a stranger's text behind them. */
static void put(FILE *out, const char *words, const char *text)
{
	fputs(words, out);
	markdown_put(out, text);
}

static void put_points(FILE *out, const struct grade_score *score)
{
	char given[24], full[24], open[24];

	if (!score->item_count)
		return;
	fprintf(out, "Points: **%s of %s**", points_format(score->points.given, given),
		points_format(score->points.full, full));
	if (score->points.open)
		fprintf(out, ", and %s more are open until somebody has looked",
			points_format(score->points.open, open));
	fputs("\n\n", out);
}

static void put_head(FILE *out, const struct grade_score *score)
{
	const struct grade_row *row = score->row;

	put(out, "# Feedback: ", row->name);
	fprintf(out, "\n\nVerdict: **%s**", verdict_name(grade_row_verdict(row)));
	if (row->state != GRADE_MEASURED)
		fprintf(out, " (%s)", grade_state_name(row->state));
	for (size_t i = 0; i < row->run_count && row->state != GRADE_NOT_BUILT; i++) {
		put(out, i ? ", and on " : "; measured on ",
		    row->runs[i].host ? row->runs[i].host : "?");
		if (row->runs[i].edition)
			put(out, " by the edition ", row->runs[i].edition);
	}
	if (grade_pairs_find(&row->notes, GRADE_NOTE_KERNEL))
		put(out, ", with kernel ", grade_pairs_find(&row->notes, GRADE_NOTE_KERNEL));
	fputs("\n\n", out);
	put_points(out, score);
}

/* What became of a submission that could not be measured as it should. */
static void put_state(FILE *out, const struct grade_row *row)
{
	static const char *const words[GRADE_STATES] = {
		[GRADE_NOT_BUILT] = "Your change does not compile in the kernel that it was graded with. Mend the "
				    "first error first: those behind it often follow from it.\n",
		[GRADE_NOT_A_SUBMISSION] =
			"No change to KVM was found in what you handed in. A patch, the files that "
			"you have changed (vmx.c, cpuid.c and the like), a tree of Linux or the address of a git "
			"repository is what can be graded.\n",
		[GRADE_LOST] = "The measurement did not come to its end, and nothing says that your code is to blame. "
			       "Nothing is judged by it: it has to be repeated.\n",
		[GRADE_CRASHED] = "The kernel that ran your code crashed or hung in it. What was not measured "
				  "before that is not judged.\n",
	};

	if (words[row->state])
		fputs(words[row->state], out);
	if (grade_row_why(row))
		markdown_put_code(out, grade_row_why(row));
	else if (words[row->state])
		fputc('\n', out);
}

static void put_detail(FILE *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	put(out, label, text);
	fputc('\n', out);
}

static void put_clause(FILE *out, const struct grade_column *column, const struct grade_cell *cell)
{
	const struct grade_clause *c = cell->clause;

	fprintf(out, "### %s (`%s`)\n\n", column->title, column->id);
	if (c->is_leak)
		fputs("- **This shows a guest words of the host's kernel: mend it before all else.**\n", out);
	put_detail(out, "- What was asked: ", c->wanted);
	put_detail(out, "- What came: ", cell->text);
	put_detail(out, "- Where: ", c->where);
	put_detail(out, "- Hint: ", c->hint);
	fputc('\n', out);
}

static unsigned int count(const struct grade_view *view, const struct grade_score *score,
			  enum verdict verdict)
{
	unsigned int n = 0;

	for (size_t i = 0; i < view->column_count; i++)
		n += score->cells[i].verdict == verdict;
	return n;
}

/* A section with the clauses of one verdict in full. */
static void put_in_full(FILE *out, const struct grade_view *view, const struct grade_score *score,
			enum verdict verdict, const char *heading)
{
	if (!count(view, score, verdict))
		return;
	fputs(heading, out);
	for (size_t i = 0; i < view->column_count; i++)
		if (score->cells[i].verdict == verdict)
			put_clause(out, &view->columns[i], &score->cells[i]);
}

/* The clauses from that one on which have its verdict and text. */
static void put_alike(FILE *out, const struct grade_view *view, const struct grade_score *score,
		      size_t column)
{
	const struct grade_cell *cell = &score->cells[column];

	fprintf(out, "- %s (`%s`)", view->columns[column].title, view->columns[column].id);
	for (size_t i = column + 1; i < view->column_count && cell->text; i++)
		if (score->cells[i].verdict == cell->verdict && score->cells[i].text &&
		    !strcmp(score->cells[i].text, cell->text))
			fprintf(out, ", `%s`", view->columns[i].id);
	if (cell->text)
		put(out, ": ", cell->text);
	fputc('\n', out);
}

/* A section with a line for each clause of one verdict, or for all of which the same is to be said. */
static void put_in_brief(FILE *out, const struct grade_view *view, const struct grade_score *score,
			 enum verdict verdict, const char *heading)
{
	if (!count(view, score, verdict))
		return;
	fputs(heading, out);
	for (size_t i = 0; i < view->column_count; i++)
		if (score->cells[i].verdict == verdict && !grade_score_is_told(score, i))
			put_alike(out, view, score, i);
	fputc('\n', out);
}

/* It costs no points where the text does not ask for it, and is told first all the same. */
static void put_leak(FILE *out, const struct grade_score *score)
{
	for (size_t i = 0; i < score->row->run_count; i++)
		for (size_t k = 0; k < score->row->runs[i].clause_count; k++) {
			if (!score->row->runs[i].clauses[k].is_leak)
				continue;
			put(out, "**It shows a guest words of the host's kernel, which comes before all else: `",
			    score->row->runs[i].clauses[k].id);
			fputs("`, under Advice.**\n\n", out);
			return;
		}
}

/* The command that makes the same measurement, on the first host where the verdict was the row's. */
static void put_next(FILE *out, const struct grade_row *row)
{
	const struct grade_run *run = row->runs;

	if (grade_row_verdict(row) == VERDICT_PASS || row->state == GRADE_NOT_A_SUBMISSION)
		return;
	for (size_t i = 0; i < row->run_count; i++)
		if (row->runs[i].verdict == grade_row_verdict(row)) {
			run = &row->runs[i];
			break;
		}
	fputs("## What to do next\n\nTry it yourself, from a checkout of exitmeter; the folder is that with your "
	      "change:\n\n    make measure SUBMISSION=FOLDER GUEST=micro",
	      out);
	if (row->run_count && run->asked)
		put(out, " ", run->asked);
	fputs("\n\nAfter an edit the same command builds only what has changed.\n\n", out);
}

static void put_items(FILE *out, const struct grade_score *score)
{
	char buf[24];

	if (!score->item_count)
		return;
	fputs("## Points\n\n| item | points | result |\n|---|---|---|\n", out);
	for (size_t i = 0; i < score->item_count; i++) {
		const struct grade_item *item = &score->items[i];

		if (item->verdict == VERDICT_NONE)
			continue;
		put(out, "| ", *item->text ? item->text : item->what);
		fprintf(out, " | %s | %s |\n", points_format(item->points, buf),
			item->verdict == VERDICT_PASS ? "given" :
			item->verdict == VERDICT_FAIL ? "not given" :
							"open");
	}
	fputc('\n', out);
}

static void put_notes(FILE *out, const struct grade_pairs *notes)
{
	if (!notes->count)
		return;
	fputs("## How your change went into the kernel\n\n", out);
	for (size_t i = 0; i < notes->count; i++) {
		put(out, "- ", notes->pairs[i].key);
		put(out, ": ", notes->pairs[i].value);
		fputc('\n', out);
	}
	fputc('\n', out);
}

char *feedback_format(const struct grade_view *view, const struct grade_score *score)
{
	struct text t;
	FILE *out = text_open(&t);

	put_head(out, score);
	put_state(out, score->row);
	put_leak(out, score);
	put_in_full(out, view, score, VERDICT_FAIL, "## What failed\n\n");
	put_next(out, score->row);
	put_in_brief(out, view, score, VERDICT_PASS, "## What passed\n\n");
	put_in_full(out, view, score, VERDICT_ADVICE,
		    "## Advice\n\nThis costs nothing, and good code does it:\n\n");
	put_in_brief(out, view, score, VERDICT_LOST, "## What was lost\n\n");
	put_in_brief(out, view, score, VERDICT_SKIP, "## What was not tried\n\n");
	put_items(out, score);
	if (score->row->run_count)
		put_notes(out, &score->row->runs[0].notes);
	return text_close(&t);
}
