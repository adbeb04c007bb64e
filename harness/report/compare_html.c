// SPDX-License-Identifier: GPL-2.0-only
#include "report/compare_html.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/compare_plot.h"
#include "report/figure_json.h"
#include "report/html.h"
#include "report/html_table.h"

/* Differences are in percent of A's mean, where that is not 0. */
static void put_percent(FILE *out, double by, double mean_a)
{
	_cleanup_free_ char *text = mean_a > 0 ? xasprintf("%+.2f", 100 * by / mean_a) : NULL;

	html_element(out, "td", "number", text ? text : by != 0 ? "new" : "");
}

static void put_interval(FILE *out, const json_t *figure, double mean_a)
{
	_cleanup_free_ char *text = NULL;
	double low, high;

	if (mean_a > 0 && figure_interval(figure, &low, &high))
		text = xasprintf("%+.2f to %+.2f", 100 * low / mean_a, 100 * high / mean_a);
	html_element(out, "td", "number", text ? text : "");
}

static void put_verdict(FILE *out, const json_t *figure)
{
	_cleanup_free_ char *wanted = NULL;

	if (json_is_true(json_object_get(figure, "unsteady"))) {
		html_element(out, "td", "fail", "unsteady");
	} else if (json_is_true(json_object_get(figure, "finding"))) {
		html_element(out, "td", "fail", "differs");
	} else if (json_is_true(json_object_get(figure, "too_small"))) {
		wanted = xasprintf("N is too small: %.0f would do", figure_number(figure, "wanted_n"));
		html_element(out, "td", NULL, wanted);
	} else {
		fputs("<td></td>", out);
	}
}

static void put_row(FILE *out, const json_t *figure, bool is_exact)
{
	_cleanup_free_ char *p = xasprintf("%.2g", figure_number(figure, "p_corrected"));
	double a = figure_number(figure, "mean_a"), b = figure_number(figure, "mean_b");

	html_row_begin(out, figure_text(figure, "reason"));
	html_put_number(out, (uint64_t)(a + 0.5));
	html_put_number(out, (uint64_t)(b + 0.5));
	put_percent(out, b - a, a);
	if (!is_exact) {
		put_interval(out, figure, a);
		html_element(out, "td", "number", p);
	}
	put_verdict(out, figure);
	fputs("</tr>\n", out);
}

/* A table for each scenario and measure: they come in that order. */
static void put_tables(FILE *out, const json_t *comparison)
{
	static const char *const noisy[] = { "reason", "mean of A", "mean of B", "difference, %", "95 % interval",
					     "p (Holm)", "finding" },
				 *const exact[] = { "reason", "A", "B", "difference, %", "finding" };
	bool is_exact = json_is_true(json_object_get(comparison, "exact"));
	_cleanup_free_ char *last = NULL;
	const json_t *figure;
	size_t i;

	json_array_foreach(json_object_get(comparison, "figures"), i, figure) {
		char *caption = xasprintf("%s: %s by reason, the most frequent first", figure_text(figure, "scenario"),
					  figure_text(figure, "measure"));
		bool is_new = !last || strcmp(last, caption);

		if (is_new && last)
			html_table_end(out);
		if (is_new)
			html_table_begin(out, caption, is_exact ? exact : noisy,
					 is_exact ? ARRAY_SIZE(exact) : ARRAY_SIZE(noisy));
		free(last);
		last = caption;
		put_row(out, figure, is_exact);
	}
	if (last)
		html_table_end(out);
}

static void put_side(FILE *out, const char *side, const json_t *comparison, const char *name, const char *told)
{
	fprintf(out, "<dt>%s</dt>", side);
	fputs("<dd>", out);
	html_put(out, figure_text(comparison, name));
	fputs(", ", out);
	html_put(out, figure_text(comparison, told));
	fputs("</dd>\n", out);
}

char *compare_html(const json_t *comparison)
{
	_cleanup_text_ struct text t = { 0 };
	FILE *out = text_open(&t);
	struct plot plot;

	html_page_begin(out, "Comparison");
	html_element(out, "p", NULL, figure_text(comparison, "sentence"));
	fputs("<dl>\n", out);
	put_side(out, "A", comparison, "a", "told_a");
	put_side(out, "B", comparison, "b", "told_b");
	fputs("</dl>\n", out);
	if (compare_plot_make(comparison, &plot)) {
		picture_put_place(out, &compare_picture, &plot);
		plot_deinit(&plot);
	}
	put_tables(out, comparison);
	html_page_end(out);
	return text_close(&t);
}
