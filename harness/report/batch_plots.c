// SPDX-License-Identifier: GPL-2.0-only
#include "report/batch_plots.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/figure_json.h"

#define VARIANTS_MAX 40 /* rows of a panel */
#define COLORED_MAX (PLOT_COLORS - 1) /* variants that have a colour of their own */
#define REASONS_MAX 24
#define SCENARIOS_MAX 8
#define SHARE_MIN 0.005 /* of a total, from which on a reason is shown */

const struct picture batch_pictures[BATCH_PLOTS] = {
	[BATCH_PLOT_TOTALS] = { "totals", "Mean of the exits in total of each variant, with its interval and each run" },
	[BATCH_PLOT_REASONS] = { "variants", "Exits by reason of each variant against the first one, with intervals" },
};

/* Both ends are the mean where a figure has no interval. */
static void interval_of(const json_t *figure, double *ret_low, double *ret_high)
{
	*ret_low = *ret_high = figure_number(figure, "mean");
	figure_interval(figure, ret_low, ret_high);
}

/* The same reason's exits in the same scenario; NULL: the variant has none. */
static const json_t *find_like(const json_t *variant, const char *scenario, const char *reason)
{
	const json_t *figure;
	size_t i;

	json_array_foreach(json_object_get(variant, "figures"), i, figure)
		if (figure_is_exits(figure) && !strcmp(figure_text(figure, "scenario"), scenario) &&
		    !strcmp(figure_text(figure, "reason"), reason))
			return figure;
	return NULL;
}

static const json_t *find_first(const json_t *batch)
{
	const json_t *variant;
	size_t i;

	json_array_foreach(json_object_get(batch, "variants"), i, variant)
		if (json_array_size(json_object_get(variant, "figures")))
			return variant;
	return NULL;
}

/* The scenarios of which there are totals, in the order of the first variant that has a run; their number. */
static size_t find_scenarios(const json_t *batch, const char *ret[SCENARIOS_MAX])
{
	const json_t *figure;
	size_t n = 0, i;

	json_array_foreach(json_object_get(find_first(batch), "figures"), i, figure)
		if (n < SCENARIOS_MAX && figure_is_exits(figure) && figure_is_total(figure))
			ret[n++] = figure_text(figure, "scenario");
	return n;
}

/* Two blocks: a row for each variant, and a row for each run; gnuplot parts blocks by two empty lines. */
static void put_totals(FILE *out, const json_t *batch, const char *scenario)
{
	const json_t *variants = json_object_get(batch, "variants"), *variant, *value, *total;
	size_t i, k;

	json_array_foreach(variants, i, variant) {
		double low, high;

		total = i < VARIANTS_MAX ? find_like(variant, scenario, "total") : NULL;
		if (!total)
			continue;
		interval_of(total, &low, &high);
		plot_put_name(out, figure_text(variant, "name"));
		fprintf(out, "\t%zu\t%.1f\t%.1f\t%.1f\n", i, figure_number(total, "mean"), low, high);
	}
	fputs("\n\n", out);
	json_array_foreach(variants, i, variant) {
		total = i < VARIANTS_MAX ? find_like(variant, scenario, "total") : NULL;
		json_array_foreach(json_object_get(total, "values"), k, value)
			fprintf(out, "%.0f\t%zu\n", json_number_value(value), i);
	}
	fputs("\n\n", out);
}

static char *totals_script(const char *const *scenarios, size_t n, size_t variants)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	plot_put_head(out, (unsigned int)(n * (90 + 26 * variants)));
	fprintf(out,
		"set multiplot layout %zu,1\nset yrange [%zu.5:-0.5]\nset ytics noenhanced\nset lmargin 24\n"
		"set xtics format \"%%.0f\"\nset offsets graph 0.05, graph 0.05, 0, 0\n",
		n, variants - 1);
	for (size_t i = 0; i < n; i++) {
		fputs("set title \"", out);
		plot_put_name(out, scenarios[i]);
		fprintf(out,
			": exits in total\"\n"
			"plot \"" FILE_PLOT_DATA("totals") "\" index %zu using 1:2 with points pointtype 6 pointsize 0.5 "
							   "linecolor rgb \"%s\" notitle, \\\n"
							   "     \"\" index %zu using 3:2:4:5:yticlabels(1) with xerrorbars "
							   "pointtype 7 pointsize 0.7 linewidth 2 linecolor rgb \"%s\" notitle\n",
			2 * i + 1, plot_colors[PLOT_COLORS - 1], 2 * i, plot_colors[0]);
	}
	fputs("unset multiplot\n", out);
	return text_close(&text);
}

static bool make_totals(const json_t *batch, struct plot *ret)
{
	const char *scenarios[SCENARIOS_MAX];
	size_t n = find_scenarios(batch, scenarios);
	size_t all = json_array_size(json_object_get(batch, "variants"));
	size_t variants = all < VARIANTS_MAX ? all : VARIANTS_MAX;
	_cleanup_text_ struct text text = { 0 };
	FILE *out;

	if (!n)
		return false;
	out = text_open(&text);
	for (size_t i = 0; i < n; i++)
		put_totals(out, batch, scenarios[i]);
	ret->data = text_close(&text);
	ret->script = totals_script(scenarios, n, variants);
	ret->words = xasprintf("Exits in total of %zu of %zu variants: a ring for each run, and the mean with its 95 %% "
			       "interval; the table of the matrix has the numbers",
			       variants, all);
	return true;
}

/*
 * The figures that are rows: totals, and reasons that have a share of them; of rarer ones a few exits more are many
 * percent.  Their number.
 */
static size_t find_rows(const json_t *first, const json_t *ret[REASONS_MAX])
{
	const json_t *figure, *total;
	size_t n = 0, i;

	json_array_foreach(json_object_get(first, "figures"), i, figure) {
		total = figure_is_exits(figure) ? find_like(first, figure_text(figure, "scenario"), "total") : NULL;
		if (total && n < REASONS_MAX && figure_number(figure, "mean") > 0 &&
		    figure_number(figure, "mean") >= SHARE_MIN * figure_number(total, "mean"))
			ret[n++] = figure;
	}
	return n;
}

/* A block of a variant: where its mean and interval lie, in percent of the first variant's mean. */
static void put_reasons(FILE *out, const json_t *const *rows, size_t n, const json_t *variant)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *own = find_like(variant, figure_text(rows[i], "scenario"), figure_text(rows[i], "reason"));
		double mean = figure_number(rows[i], "mean"), of = own ? figure_number(own, "mean") : 0, low = 0, high = 0;

		if (own)
			interval_of(own, &low, &high);
		fprintf(out, "%zu\t%.4f\t%.4f\t%.4f\n", i, 100 * of / mean - 100, 100 * low / mean - 100,
			100 * high / mean - 100);
	}
	fputs("\n\n", out);
}

static char *reasons_script(const json_t *const *shown, size_t n, const json_t *const *rows, size_t row_count)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	plot_put_head(out, (unsigned int)(140 + row_count * (14 + 8 * n)));
	figures_put_tics(out, rows, row_count);
	fprintf(out,
		"set yrange [%zu.5:-0.5]\nset ytics noenhanced\nset lmargin 26\nset key below reverse Left samplen 1\n"
		"set xlabel \"percent more than the mean of the first variant\"\nset grid xtics\n"
		"set offsets graph 0.05, graph 0.05, 0, 0\nplot ",
		row_count - 1);
	for (size_t i = 0; i < n; i++) {
		fprintf(out,
			"%s\"" FILE_PLOT_DATA("variants") "\" index %zu using 2:($1%+.3f):3:4 with xerrorbars "
							  "pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb \"%s\" title \"",
			i ? ", \\\n     " : "", i, ((double)i - (double)(n - 1) / 2) * 0.8 / (double)n, plot_colors[i]);
		plot_put_name(out, figure_text(shown[i], "name"));
		fputs("\" noenhanced", out);
	}
	fputc('\n', out);
	return text_close(&text);
}

static bool make_reasons(const json_t *batch, struct plot *ret)
{
	const json_t *first = find_first(batch), *variant, *rows[REASONS_MAX], *shown[COLORED_MAX];
	size_t row_count = find_rows(first, rows), n = 0, i;
	_cleanup_text_ struct text text = { 0 };
	FILE *out;

	if (!row_count)
		return false;
	out = text_open(&text);
	json_array_foreach(json_object_get(batch, "variants"), i, variant)
		if (n < COLORED_MAX && json_array_size(json_object_get(variant, "figures"))) {
			put_reasons(out, rows, row_count, variant);
			shown[n++] = variant;
		}
	ret->data = text_close(&text);
	ret->script = reasons_script(shown, n, rows, row_count);
	ret->words = xasprintf("Exits of totals and frequent reasons in %zu variants, in percent more than the mean of %s, "
			       "with 95 %% intervals; the tables of the variants have the numbers",
			       n, figure_text(first, "name"));
	return true;
}

bool batch_plot_make(const json_t *batch, enum batch_plot_kind kind, struct plot *ret)
{
	static bool (*const make[BATCH_PLOTS])(const json_t *batch, struct plot *ret) = { make_totals, make_reasons };

	*ret = (struct plot){ 0 };
	if (make[kind](batch, ret))
		return true;
	plot_deinit(ret);
	return false;
}
