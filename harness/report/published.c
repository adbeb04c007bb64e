// SPDX-License-Identifier: GPL-2.0-only
#include "report/published.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/figures.h"
#include "judge/reasons.h"
#include "report/caption.h"

#include "published.gen.h"

#define NEAR 4		/* how many are shown on either side of the run's figure */

const struct published *published_of(enum scenario scenario, unsigned int *ret_count)
{
	const struct published *first = NULL;

	*ret_count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(published_figures); i++) {
		if (published_figures[i].scenario != scenario)
			continue;
		first = first ? first : &published_figures[i];
		++*ret_count;
	}
	return first;
}

static void print_row(FILE *out, bool is_ours, const char *exits, const char *most,
		      const char *least, const char *rest)
{
	fprintf(out, "%c %15s  %-14s %-13s  %s\n", is_ours ? '>' : ' ', exits, most, least, rest);
}

static const char *name_of(const struct published *p, int reason)
{
	return reason < 0 ? "-" : reason_name(p->vendor, (uint64_t)reason);
}

static void print_published(FILE *out, const struct published *p)
{
	char low[32], high[32] = "";
	_cleanup_free_ char *exits = NULL, *rest = NULL;

	if (p->high)
		text_group_digits(p->high, high);
	exits = xasprintf("%s%s%s%s", p->mark, text_group_digits(p->low, low), p->high ? "-" : "", high);
	rest = xasprintf("%.*s; %s%s%s%s%s", (int)strcspn(p->source, "/"), p->source, p->kernel,
			 *p->paging ? "; " : "", p->paging, *p->note ? "; " : "", p->note);
	print_row(out, false, exits, name_of(p, p->most), name_of(p, p->least), rest);
}

static void print_ours(FILE *out, const struct case_file *cf, const struct figures *f)
{
	char exits[32];

	print_row(out, true, text_group_digits(f->exits, exits),
		  f->count ? reason_name(cf->vendor, f->row[0].number) : "-",
		  f->count ? reason_name(cf->vendor, f->row[f->count - 1].number) : "-",
		  "this run");
}

/* The lowest and the highest are shown, and those around place `at`. */
static bool is_shown(unsigned int i, unsigned int at, unsigned int count)
{
	return i == 0 || i + 1 == count || (i + NEAR >= at && i < at + NEAR);
}

static void print_table(FILE *out, const struct case_file *cf, const struct figures *f,
			const struct published *p, unsigned int count)
{
	unsigned int at = 0, skipped = 0;

	while (at < count && p[at].low <= f->exits)
		at++;
	print_row(out, false, "exits", "most frequent", "least", "whose; kernel; what else is known of it");
	for (unsigned int i = 0; i <= count; i++) {
		if (i == at)
			print_ours(out, cf, f);
		if (i == count)
			break;
		if (is_shown(i, at, count)) {
			print_published(out, &p[i]);
			skipped = 0;
		} else if (!skipped++) {
			print_row(out, false, "...", "", "", "more in harness/report/published.csv");
		}
	}
}

void published_print(FILE *out, const struct case_file *cf)
{
	enum scenario scenario = cf->evidence.scenario;
	struct figures *f = xcalloc(1, sizeof(*f));
	const struct published *p;
	char low[32], high[32], median[32];
	unsigned int count;

	p = published_of(scenario, &count);
	if (figures_of_scenario(cf, scenario, f)) {
		fprintf(out, "\nAgainst the published: exits %s\n", scenario_title(scenario));
		if (count) {
			print_table(out, cf, f, p, count);
			fprintf(out, "%u published, from %s to %s, half of them below %s. ", count,
				text_group_digits(p[0].low, low), text_group_digits(p[count - 1].low, high),
				text_group_digits(p[count / 2].low, median));
		} else {
			fputs("Nobody is known to have published any. ", out);
		}
		fputs("This run's is that of\n", out);
		caption_print(out, cf);
	}
	free(f);
}
