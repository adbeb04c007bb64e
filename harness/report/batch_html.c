// SPDX-License-Identifier: GPL-2.0-only
#include "report/batch_html.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/batch_plots.h"
#include "report/figure_json.h"
#include "report/html.h"
#include "report/html_table.h"

static void put_number(FILE *out, double value)
{
	char buf[32];

	html_element(out, "td", "number",
		     text_group_digits(value > 0 ? (uint64_t)llround(value) : 0, buf));
}

static void put_figure(FILE *out, const json_t *json, const char *key)
{
	put_number(out, json_number_value(json_object_get(json, key)));
}

/* The interval as text; nothing of a figure that has none. */
static void put_interval(FILE *out, const json_t *figure)
{
	double low, high;
	char from[32], to[32];

	fputs("<td class=\"number\">", out);
	if (figure_interval(figure, &low, &high))
		fprintf(out, "%s to %s", text_group_digits((uint64_t)llround(low), from),
			text_group_digits((uint64_t)llround(high), to));
	fputs("</td>", out);
}

static const json_t *find_total(const json_t *variant)
{
	const json_t *figure;
	size_t i;

	json_array_foreach(json_object_get(variant, "figures"), i, figure)
		if (figure_is_total(figure) && figure_is_exits(figure))
			return figure;
	return NULL;
}

static void put_axes_of(FILE *out, const json_t *variant, const json_t *axes)
{
	const json_t *words = json_object_get(variant, "axes");
	const char *axis;
	json_t *ignored;

	json_object_foreach((json_t *)axes, axis, ignored)
		html_element(out, "td", NULL, figure_text(words, axis));
}

static void put_matrix_row(FILE *out, const json_t *variant, const json_t *axes)
{
	static const char *const counts[] = { "runs", "failed", "woken", "retried", "lost", "missing" };
	const json_t *total = find_total(variant);

	fputs("<tr>", out);
	html_element(out, "td", NULL, figure_text(variant, "name"));
	put_axes_of(out, variant, axes);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		put_figure(out, variant, counts[i]);
	if (total) {
		html_element(out, "td", NULL, figure_text(total, "scenario"));
		put_figure(out, total, "median");
		put_figure(out, total, "mean");
		put_interval(out, total);
	} else {
		fputs("<td></td><td></td><td></td><td></td>", out);
	}
	fputs("</tr>\n", out);
}

static void put_matrix(FILE *out, const json_t *batch, const json_t *axes)
{
	static const char *const counts[] = { "runs",	  "failed",   "woken",	      "retried",    "lost",
					      "missing", "scenario", "median exits", "mean exits", "95 % interval" };
	_cleanup_free_ const char **heads =
		xcalloc(1 + json_object_size(axes) + ARRAY_SIZE(counts), sizeof(*heads));
	const char *axis;
	const json_t *variant;
	size_t n = 0, i;
	json_t *ignored;

	heads[n++] = "variant";
	json_object_foreach((json_t *)axes, axis, ignored)
		heads[n++] = axis;
	memcpy(&heads[n], counts, sizeof(counts));
	html_table_begin(out, "Matrix: a row for each variant, with the exits in total", heads, n + ARRAY_SIZE(counts));
	json_array_foreach(json_object_get(batch, "variants"), i, variant)
		put_matrix_row(out, variant, axes);
	html_table_end(out);
}

static void put_figure_row(FILE *out, const json_t *figure)
{
	static const char *const keys[] = { "n", "median", "mean" };

	fputs("<tr>", out);
	html_element(out, "td", NULL, figure_text(figure, "scenario"));
	html_element(out, "td", NULL, figure_text(figure, "reason"));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		put_figure(out, figure, keys[i]);
	put_interval(out, figure);
	put_figure(out, figure, "min");
	put_figure(out, figure, "max");
	fputs("</tr>\n", out);
}

static void put_variant(FILE *out, const json_t *variant)
{
	static const char *const heads[] = { "scenario", "reason", "n",
					     "median",	 "mean",   "95 % interval of the mean",
					     "least",	 "most" };
	_cleanup_free_ char *caption = xasprintf("Exits of %s by scenario and reason, the most frequent first",
						 figure_text(variant, "name"));
	const json_t *figure;
	size_t i;

	html_element(out, "h3", NULL, figure_text(variant, "name"));
	if (figure_number(variant, "unsteady") > 0)
		fprintf(out, "<p>These runs are deterministic, and yet %.0f figures differ from run to run: that is a fault, "
			"and no noise.</p>\n", figure_number(variant, "unsteady"));
	else if (json_is_true(json_object_get(variant, "exact")))
		fputs("<p>These runs are deterministic: their figures are exact, and have no interval.</p>\n",
		      out);
	html_table_begin(out, caption, heads, ARRAY_SIZE(heads));
	json_array_foreach(json_object_get(variant, "figures"), i, figure)
		if (figure_is_exits(figure))
			put_figure_row(out, figure);
	html_table_end(out);
}

static void put_pictures(FILE *out, const json_t *batch)
{
	for (int i = 0; i < BATCH_PLOTS; i++) {
		struct plot plot;

		if (!batch_plot_make(batch, (enum batch_plot_kind)i, &plot))
			continue;
		if (i == 0)
			fputs("<h2>Intervals</h2>\n", out);
		picture_put_place(out, &batch_pictures[i], &plot);
		plot_deinit(&plot);
	}
}

char *batch_html(const json_t *batch, const json_t *axes)
{
	_cleanup_text_ struct text t = { 0 };
	FILE *out = text_open(&t);
	const json_t *variant;
	size_t i;

	html_page_begin(out, "Batch");
	fprintf(out,
		"<p>%lld runs were planned. Runs whose L1 host stood still and was woken, or was started twice, are "
		"left out of the figures unless they were asked for.</p>\n",
		(long long)json_integer_value(json_object_get(batch, "runs")));
	put_matrix(out, batch, axes);
	put_pictures(out, batch);
	fputs("<h2>Exits by reason</h2>\n", out);
	json_array_foreach(json_object_get(batch, "variants"), i, variant)
		put_variant(out, variant);
	html_page_end(out);
	return text_close(&t);
}
