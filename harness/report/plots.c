// SPDX-License-Identifier: GPL-2.0-only
#include "report/plots.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "judge/figures.h"
#include "judge/rates.h"
#include "judge/reasons.h"
#include "report/published.h"

#define SPANS_MAX 240 /* of the timeline: more would be narrower than a dot */
#define STACKED (PLOT_COLORS - 1) /* reasons that have a colour of their own */
#define BARS_MAX 24

const struct picture plot_pictures[PLOTS] = {
	[PLOT_TIMELINE] = { "timeline", "Exits per second over time, stacked by reason, with the phases of the boot" },
	[PLOT_REASONS] = { "reasons", "Bars of exits and of cycles by reason" },
	[PLOT_PUBLISHED] = { "published", "This run's exits among the published figures" },
};

/* The columns of the leading reasons; their number. */
static unsigned int find_leading(const struct timeline *t, int ret_column[STACKED])
{
	struct host_reason total[TIMELINE_REASONS_MAX];
	const struct timeline_row *last = &t->row[t->row_count - 1];
	unsigned int n = t->reason_count < STACKED ? t->reason_count : STACKED;

	for (unsigned int i = 0; i < t->reason_count; i++)
		total[i] = (struct host_reason){ .number = i, .exits = last->reason[i] };
	qsort(total, t->reason_count, sizeof(total[0]), figures_by_exits);
	for (unsigned int i = 0; i < n; i++)
		ret_column[i] = (int)total[i].number;
	return n;
}

static double grown(const struct timeline *t, double from, double to, int column)
{
	return (rates_exits_at(t, to, column) - rates_exits_at(t, from, column)) * 1000 / (to - from);
}

/* A row for each span: its middle, and the sums of the leading reasons, and all. */
static char *timeline_data(const struct timeline *t, const struct rates *r, const int *column,
			   unsigned int n)
{
	uint64_t span = r->duration_ms / SPANS_MAX < r->bin_ms ? r->bin_ms : r->duration_ms / SPANS_MAX;
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	for (uint64_t at = 0; at + span <= r->duration_ms; at += span) {
		double from = (double)at, to = (double)(at + span), sum = 0;

		fprintf(out, "%.3f", (from + to) / 2000);
		for (unsigned int i = 0; i < n; i++)
			fprintf(out, "\t%.1f", sum += grown(t, from, to, column[i]));
		fprintf(out, "\t%.1f\n", grown(t, from, to, -1));
	}
	return text_close(&text);
}

/* Each phase has a line where it begins, and its name, as far as there is room. */
static void put_bands(FILE *out, const struct rates *r)
{
	double room = (double)r->duration_ms / 1000 / 45, last = -room;

	for (unsigned int i = 0; i < r->phase_count; i++) {
		double from = (double)r->phase[i].from_ms / 1000, to = (double)r->phase[i].to_ms / 1000;

		if (i % 2)
			fprintf(out,
				"set object rectangle from %.3f, graph 0 to %.3f, graph 1 behind "
				"fillcolor rgb \"#eceff3\" fillstyle solid noborder\n",
				from, to);
		if (from - last < room)
			continue;
		fprintf(out, "set label \"%s\" at %.3f, graph 1.02 rotate by 45 font \",11\"\n",
			boot_mark_name(r->phase[i].mark), from);
		last = from;
	}
}

static char *timeline_script(const struct case_file *cf, const struct rates *r, const int *column,
			     unsigned int n)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	plot_put_head(out, 460);
	fputs("set tmargin 8\nset key outside right top reverse Left samplen 1\n"
	      "set xlabel \"seconds since the first instruction\"\nset ylabel \"exits per second\"\n",
	      out);
	fprintf(out, "set yrange [0:*]\nset xrange [0:%.3f]\n", (double)r->duration_ms / 1000);
	put_bands(out, r);
	/* From the highest sum down, so that each lies before the one that has it as a part. */
	fprintf(out,
		"plot \"" FILE_PLOT_DATA("timeline") "\" using 1:%u with filledcurves y1=0 linecolor rgb \"%s\" "
						     "title \"others\"",
		n + 2, plot_colors[STACKED]);
	for (unsigned int i = n; i-- > 0;)
		fprintf(out,
			", \\\n     \"\" using 1:%u with filledcurves y1=0 linecolor rgb \"%s\" title \"%s\" noenhanced",
			i + 2, plot_colors[i], reason_name(cf->vendor, cf->timeline.reason[column[i]]));
	fputc('\n', out);
	return text_close(&text);
}

static bool make_timeline(const struct case_file *cf, struct plot *ret)
{
	const struct rates *r = cf->rates;
	int column[STACKED];
	bool has = r && r->bins >= RATES_BINS_MIN;

	if (has) {
		unsigned int n = find_leading(&cf->timeline, column);

		ret->data = timeline_data(&cf->timeline, r, column, n);
		ret->script = timeline_script(cf, r, column, n);
		ret->words = xasprintf("Exits per second over %.1f seconds, stacked by the leading reasons, with the phases "
				       "of the boot; the table of phases has the numbers",
				       (double)r->duration_ms / 1000);
	}
	return has;
}

static bool take_figures(const struct case_file *cf, struct figures *f)
{
	int last = case_last_point(cf);

	if (!case_has_figures(cf) || (last < 0 && !case_has_input(cf, CASE_HOST)))
		return false;
	if (case_has_input(cf, CASE_HOST))
		figures_of_host(cf, f);
	else
		figures_of_point(cf, (enum em_point)last, f);
	return f->count > 0;
}

static char *reasons_script(const struct figures *f)
{
	unsigned int bars = f->count < BARS_MAX ? f->count : BARS_MAX;
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	plot_put_head(out, 110 + 24 * bars);
	fprintf(out,
		"set multiplot layout 1,%d\nset yrange [%u.5:-0.5]\nset xrange [0:*]\nset offsets 0, graph 0.35, 0, 0\n"
		"set xtics rotate by -35 format \"%%.1s%%c\"\nset ytics scale 0 noenhanced\nset lmargin 18\n",
		f->has_cycles ? 2 : 1, bars - 1);
	for (int i = 0; i < (f->has_cycles ? 2 : 1); i++)
		fprintf(out,
			"set title \"%s\"\n"
			"plot \"" FILE_PLOT_DATA(
				"reasons") "\" using %d:0:(0):%d:($0-0.38):($0+0.38):yticlabels(1) "
					   "with boxxyerror fillstyle solid 1 linecolor rgb \"%s\" notitle, \\\n"
					   "     \"\" using %d:0:(strcol(%d)) with labels left offset 0.6,0 font \",10\" notitle\n",
			i ? "cycles" : "exits", i + 2, i + 2, plot_colors[i], i + 2, i + 2);
	fputs("unset multiplot\n", out);
	return text_close(&text);
}

static bool make_reasons(const struct case_file *cf, struct plot *ret)
{
	struct figures *f = xcalloc(1, sizeof(*f));
	bool has = take_figures(cf, f);

	if (has) {
		_cleanup_text_ struct text text;
		FILE *out = text_open(&text);

		for (unsigned int i = 0; i < f->count && i < BARS_MAX; i++)
			fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\n",
				reason_name(cf->vendor, f->row[i].number), f->row[i].exits,
				f->row[i].cycles);
		ret->data = text_close(&text);
		ret->script = reasons_script(f);
		ret->words = xasprintf("Bars of exits%s by reason, the most frequent first, led by %s; the table of "
				       "reasons has the numbers",
				       f->has_cycles ? " and of cycles" : "",
				       reason_name(cf->vendor, f->row[0].number));
	}
	free(f);
	return has;
}

static char *published_script(uint64_t exits)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	plot_put_head(out, 200);
	fprintf(out,
		"set logscale x\nset xlabel \"exits\"\nset format x \"%%.0s%%c\"\nset yrange [-1:2.4]\nunset ytics\nset border 1\n"
		"set label \"this run: %" PRIu64 "\" at %" PRIu64 ", 1.6 center\n"
		"set arrow from %" PRIu64 ", 1.3 to %" PRIu64 ", 0.15 linecolor rgb \"%s\" linewidth 2\n"
		"plot \"" FILE_PLOT_DATA("published") "\" using 1:(0) with points pointtype 7 pointsize 0.8 "
						      "linecolor rgb \"%s\" notitle\n",
		exits, exits, exits, exits, plot_colors[5], plot_colors[0]);
	return text_close(&text);
}

static bool make_published(const struct case_file *cf, struct plot *ret)
{
	struct figures *f = xcalloc(1, sizeof(*f));
	unsigned int count;
	const struct published *p = published_of(cf->evidence.scenario, &count);
	bool has = count && figures_of_scenario(cf, cf->evidence.scenario, f) && f->exits;

	if (has) {
		_cleanup_text_ struct text text;
		FILE *out = text_open(&text);

		for (unsigned int i = 0; i < count; i++)
			fprintf(out, "%" PRIu64 "\n", p[i].low);
		fprintf(out, "%" PRIu64 "\n", f->exits);
		ret->data = text_close(&text);
		ret->script = published_script(f->exits);
		ret->words = xasprintf("This run's %" PRIu64
				       " exits among %u published figures, on a logarithmic axis; "
				       "the text report lists them",
				       f->exits, count);
	}
	free(f);
	return has;
}

bool plot_make(const struct case_file *cf, enum plot_kind kind, struct plot *ret)
{
	static bool (*const make[PLOTS])(const struct case_file *cf, struct plot *ret) = {
		make_timeline,
		make_reasons,
		make_published,
	};

	*ret = (struct plot){ 0 };
	return make[kind](cf, ret);
}
