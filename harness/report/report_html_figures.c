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
#include "report/table_rates.h"

static void table_begin(FILE *out, const char *caption, const char *const *heads, size_t count)
{
	fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\"", out);
	html_attribute(out, "aria-label", caption);
	fputs(">\n<table>\n", out);
	html_element(out, "caption", NULL, caption);
	fputs("\n<thead><tr>", out);
	for (size_t i = 0; i < count; i++) {
		fputs("<th scope=\"col\">", out);
		html_put(out, heads[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void table_end(FILE *out)
{
	fputs("</tbody>\n</table>\n</div>\n", out);
}

static void row_begin(FILE *out, const char *name)
{
	fputs("<tr><th scope=\"row\">", out);
	html_put(out, name);
	fputs("</th>", out);
}

static void put_number(FILE *out, uint64_t value)
{
	char buf[32];

	html_element(out, "td", "number", text_group_digits(value, buf));
}

static void put_real(FILE *out, double value, int decimals)
{
	_cleanup_free_ char *text = xasprintf("%.*f", decimals, value);

	html_element(out, "td", "number", text);
}

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
	row_begin(out, boot_mark_name(p->mark));
	put_real(out, (double)p->from_ms / 1000, 1);
	put_real(out, (double)(p->to_ms - p->from_ms) / 1000, 1);
	put_number(out, p->exits);
	put_number(out, (uint64_t)p->per_second);
	put_real(out, p->per_mcycle, 2);
	if (p->variation < 0)
		html_element(out, "td", "number", "-");
	else
		put_real(out, p->variation, 2);
	put_leading(out, cf, p);
	fputs("</tr>\n", out);
}

void html_put_rates(FILE *out, const struct case_file *cf)
{
	static const char *const heads[] = { "phase, from", "at s",	      "lasts s",
					     "exits",	    "exits/s",	      "exits/Mcycle",
					     "variation",   "leading reasons" };
	struct rates *r = xcalloc(1, sizeof(*r));

	if (rates_of(cf, r)) {
		_cleanup_free_ char *words = rates_sentences(cf, r);

		html_element(out, "p", NULL, words);
		table_begin(out, "Phases of the guest's life, in host time since its first instruction",
			    heads, ARRAY_SIZE(heads));
		for (unsigned int i = 0; i < r->phase_count; i++)
			put_phase(out, cf, &r->phase[i]);
		table_end(out);
	} else {
		fputs("<p>Nothing was sampled while the guest ran.</p>\n", out);
	}
	free(r);
}

static void put_reason(FILE *out, const struct case_file *cf, const struct figures *f,
		       const struct host_reason *r)
{
	char number[24];

	row_begin(out, reason_name(cf->vendor, r->number));
	html_element(out, "td", "number", reason_number(cf->vendor, r->number, number));
	put_number(out, r->exits);
	put_real(out, f->exits ? 100.0 * (double)r->exits / (double)f->exits : 0, 2);
	if (f->has_cycles) {
		put_number(out, r->cycles);
		put_number(out, r->exits ? r->cycles / r->exits : 0);
	}
	fputs("</tr>\n", out);
}

static void put_reasons(FILE *out, const struct case_file *cf, const struct figures *f,
			const char *caption)
{
	static const char *const heads[] = { "reason",	"number", "exits",
					     "share %", "cycles", "cycles/exit" };
	const struct host_reason total = { .exits = f->exits, .cycles = f->cycles };

	table_begin(out, caption, heads, f->has_cycles ? ARRAY_SIZE(heads) : ARRAY_SIZE(heads) - 2);
	for (unsigned int i = 0; i < f->count; i++)
		put_reason(out, cf, f, &f->row[i]);
	row_begin(out, "total");
	fputs("<td></td>", out);
	put_number(out, total.exits);
	put_real(out, f->exits ? 100 : 0, 2);
	if (f->has_cycles) {
		put_number(out, total.cycles);
		put_number(out, total.exits ? total.cycles / total.exits : 0);
	}
	fputs("</tr>\n", out);
	table_end(out);
}

static void put_totals(FILE *out, const struct case_file *cf)
{
	static const char *const heads[] = { "point", "exits", "cycles" };

	table_begin(out, "Totals at each point", heads, ARRAY_SIZE(heads));
	for (int i = 0; i < EM_POINTS; i++) {
		const struct point *p = &cf->records.point[i];

		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		row_begin(out, em_point_names[i]);
		if (p->status == POINT_COMPLETE) {
			put_number(out, p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax);
			put_number(out, regs_cycles(&p->leaf[EM_TAG_BEFORE_CYCLES].regs));
		} else {
			html_element(out, "td", NULL, point_status_name(p->status));
			fputs("<td></td>", out);
		}
		fputs("</tr>\n", out);
	}
	if (case_has_input(cf, CASE_HOST)) {
		row_begin(out, "end (host side)");
		put_number(out, cf->host.exits);
		put_number(out, cf->host.cycles);
		fputs("</tr>\n", out);
	}
	table_end(out);
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
