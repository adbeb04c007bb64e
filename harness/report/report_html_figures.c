// SPDX-License-Identifier: GPL-2.0-only
#include "report/report_html_figures.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/figures.h"
#include "judge/rates.h"
#include "judge/reasons.h"
#include "report/html.h"
#include "report/html_table.h"
#include "report/table_rates.h"

static void put_leading(FILE *out, const struct case_file *cf, const struct rate_phase *p)
{
	_cleanup_free_ char *list = NULL;

	for (unsigned int i = 0; i < p->top_count; i++)
		text_join(&list, ", ", "%s %.0f %%", reason_name(cf->vendor, p->top[i].number),
			  100.0 * (double)p->top[i].exits / (double)p->exits);
	html_element(out, "td", "words", list ? list : "none");
}

static void put_phase(FILE *out, const struct case_file *cf, const struct rate_phase *p)
{
	html_row_begin(out, boot_mark_name(p->mark));
	html_put_real(out, (double)p->from_ms / 1000, 1);
	html_put_real(out, (double)(p->to_ms - p->from_ms) / 1000, 1);
	html_put_number(out, p->exits);
	html_put_number(out, (uint64_t)p->per_second);
	html_put_real(out, p->per_mcycle, 2);
	if (p->variation < 0)
		html_element(out, "td", "number", "-");
	else
		html_put_real(out, p->variation, 2);
	put_leading(out, cf, p);
	fputs("</tr>\n", out);
}

void html_put_rates(FILE *out, const struct case_file *cf)
{
	static const char *const heads[] = { "phase, from", "at s",	      "lasts s",
					     "exits",	    "exits/s",	      "exits/Mcycle",
					     "variation",   "leading reasons" };
	const struct rates *r = cf->rates;

	if (r) {
		_cleanup_free_ char *words = rates_sentences(cf, r);

		html_element(out, "p", NULL, words);
		html_table_begin(out, "Phases of the guest's life, in host time since its first instruction",
			    heads, ARRAY_SIZE(heads));
		for (unsigned int i = 0; i < r->phase_count; i++)
			put_phase(out, cf, &r->phase[i]);
		html_table_end(out);
	} else {
		fputs("<p>Nothing was sampled while the guest ran.</p>\n", out);
	}
}

static void put_reason(FILE *out, const struct case_file *cf, const struct figures *f,
		       const struct host_reason *r)
{
	char number[24];

	html_row_begin(out, reason_name(cf->vendor, r->number));
	html_element(out, "td", "number", reason_number(cf->vendor, r->number, number));
	html_put_number(out, r->exits);
	html_put_real(out, f->exits ? 100.0 * (double)r->exits / (double)f->exits : 0, 2);
	if (f->has_cycles) {
		html_put_number(out, r->cycles);
		html_put_number(out, r->exits ? r->cycles / r->exits : 0);
	}
	fputs("</tr>\n", out);
}

static void put_reasons(FILE *out, const struct case_file *cf, const struct figures *f,
			const char *caption)
{
	static const char *const heads[] = { "reason",	"number", "exits",
					     "share %", "cycles", "cycles/exit" };
	const struct host_reason total = { .exits = f->exits, .cycles = f->cycles };

	html_table_begin(out, caption, heads, f->has_cycles ? ARRAY_SIZE(heads) : ARRAY_SIZE(heads) - 2);
	for (unsigned int i = 0; i < f->count; i++)
		put_reason(out, cf, f, &f->row[i]);
	html_row_begin(out, "total");
	fputs("<td></td>", out);
	html_put_number(out, total.exits);
	html_put_real(out, f->exits ? 100 : 0, 2);
	if (f->has_cycles) {
		html_put_number(out, total.cycles);
		html_put_number(out, total.exits ? total.cycles / total.exits : 0);
	}
	fputs("</tr>\n", out);
	html_table_end(out);
}

static void put_totals(FILE *out, const struct case_file *cf)
{
	static const char *const heads[] = { "point", "exits", "cycles" };

	html_table_begin(out, "Totals at each point", heads, ARRAY_SIZE(heads));
	for (int i = 0; i < EM_POINTS; i++) {
		const struct point *p = &cf->records.point[i];

		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		html_row_begin(out, em_point_names[i]);
		if (p->status == POINT_COMPLETE) {
			html_put_number(out, p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax);
			html_put_number(out, regs_cycles(&p->leaf[EM_TAG_BEFORE_CYCLES].regs));
		} else {
			html_element(out, "td", NULL, point_status_name(p->status));
			fputs("<td></td>", out);
		}
		fputs("</tr>\n", out);
	}
	if (case_has_input(cf, CASE_HOST)) {
		html_row_begin(out, "end (host side)");
		html_put_number(out, cf->host.exits);
		html_put_number(out, cf->host.cycles);
		fputs("</tr>\n", out);
	}
	html_table_end(out);
}

static void put_scenario(FILE *out, const struct case_file *cf, struct figures *f)
{
	enum scenario scenario = cf->evidence.scenario;
	_cleanup_free_ char *caption = NULL;

	if (!figures_of_scenario(cf, scenario, f))
		return;
	caption = xasprintf("Scenario %s: exits %s", scenario_name(scenario), scenario_title(scenario));
	put_reasons(out, cf, f, caption);
}

void html_put_figures(FILE *out, const struct case_file *cf)
{
	int last = case_last_point(cf);
	struct figures *f;

	if (!case_has_figures(cf) || (last < 0 && !case_has_input(cf, CASE_HOST))) {
		fputs("<p>This run has no figures.</p>\n", out);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	if (case_has_input(cf, CASE_HOST)) {
		figures_of_host(cf, f);
		put_reasons(out, cf, f,
			    "Exits by reason (host side, after the guest's last instruction)");
	} else {
		figures_of_point(cf, (enum em_point)last, f);
		put_reasons(out, cf, f, "Exits by reason (read by the guest at its last point)");
	}
	put_totals(out, cf);
	put_scenario(out, cf, f);
	free(f);
}
