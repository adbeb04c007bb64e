// SPDX-License-Identifier: GPL-2.0-only
#include "report/compare_plot.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/figure_json.h"

#define ROWS_MAX 40
#define SHARE_MIN 0.005 /* of A's total, from which on a reason is shown; a finding always is */

const struct picture compare_picture = { "difference",
					 "Difference between A and B in the exits of each reason, with intervals" };

/* Findings are drawn last, over the others. */
enum kind { KIND_NONE, KIND_FINDING, KINDS };

struct rows {
	const json_t *figure[ROWS_MAX];
	size_t count;
	size_t of_kind[KINDS];
};

static enum kind kind_of(const json_t *figure)
{
	return json_is_true(json_object_get(figure, "finding")) ? KIND_FINDING : KIND_NONE;
}

/* What A has none of has no percentage; the table has it. */
static void find_rows(const json_t *comparison, struct rows *ret)
{
	const json_t *figure;
	double total = 0;
	size_t i;

	*ret = (struct rows){ 0 };
	json_array_foreach(json_object_get(comparison, "figures"), i, figure) {
		double mean = figure_number(figure, "mean_a");

		if (!figure_is_exits(figure))
			continue;
		/* The total is the most frequent of its scenario, so it comes first. */
		if (figure_is_total(figure))
			total = mean;
		if (ret->count == ROWS_MAX || mean <= 0 || (kind_of(figure) == KIND_NONE && mean < SHARE_MIN * total))
			continue;
		ret->figure[ret->count++] = figure;
		ret->of_kind[kind_of(figure)]++;
	}
}

/* A block of the rows of that kind: row, difference and both ends of its interval, in percent of A's mean. */
static void put_block(FILE *out, const struct rows *rows, enum kind kind)
{
	for (size_t i = 0; i < rows->count; i++) {
		double a = figure_number(rows->figure[i], "mean_a");
		double by = figure_number(rows->figure[i], "mean_b") - a, low = by, high = by;

		if (kind_of(rows->figure[i]) != kind)
			continue;
		figure_interval(rows->figure[i], &low, &high);
		fprintf(out, "%zu\t%.4f\t%.4f\t%.4f\n", i, 100 * by / a, 100 * low / a, 100 * high / a);
	}
	if (rows->of_kind[kind])
		fputs("\n\n", out);
}

static char *make_script(const struct rows *rows)
{
	static const char *const title[KINDS] = { "no difference was found", "differs" };
	static const int color[KINDS] = { 0, 5 };
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);
	unsigned int block = 0;

	plot_put_head(out, (unsigned int)(120 + rows->count * 20));
	figures_put_tics(out, rows->figure, rows->count);
	fprintf(out,
		"set yrange [%zu.5:-0.5]\nset ytics noenhanced\nset lmargin 26\nset key below reverse Left samplen 1\n"
		"set xlabel \"exits of B, percent more than those of A\"\nset grid xtics\n"
		"set arrow from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb \"%s\"\n"
		"set offsets graph 0.05, graph 0.05, 0, 0\nplot ",
		rows->count - 1, plot_colors[PLOT_COLORS - 1]);
	for (enum kind kind = 0; kind < KINDS; kind++) {
		if (!rows->of_kind[kind])
			continue;
		fprintf(out,
			"%s\"" FILE_PLOT_DATA("difference") "\" index %u using 2:1:3:4 with xerrorbars pointtype 7 "
							    "pointsize 0.6 linewidth 2 linecolor rgb \"%s\" title \"%s\"",
			block ? ", \\\n     " : "", block, plot_colors[color[kind]], title[kind]);
		block++;
	}
	fputc('\n', out);
	return text_close(&text);
}

bool compare_plot_make(const json_t *comparison, struct plot *ret)
{
	_cleanup_text_ struct text text = { 0 };
	struct rows rows;
	FILE *out;

	*ret = (struct plot){ 0 };
	find_rows(comparison, &rows);
	if (!rows.count)
		return false;
	out = text_open(&text);
	for (enum kind kind = 0; kind < KINDS; kind++)
		put_block(out, &rows, kind);
	ret->data = text_close(&text);
	ret->script = make_script(&rows);
	ret->words = xasprintf("Exits of %zu totals and reasons of B, in percent more than A's, with 95 %% intervals; %zu "
			       "differ; the tables have the numbers",
			       rows.count, rows.of_kind[KIND_FINDING]);
	return true;
}
