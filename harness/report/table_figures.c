// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_figures.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/figures.h"
#include "judge/reasons.h"


static void print_row(FILE *out, const char *name, const char *number, double share,
		      const struct host_reason *r, bool has_cycles)
{
	char exits[32], cycles[32], each[32];

	fprintf(out, "  %-22s %10s %15s %6.2f %%", name, number, text_group_digits(r->exits, exits), share);
	if (has_cycles)
		fprintf(out, " %20s %13s", text_group_digits(r->cycles, cycles),
			r->exits ? text_group_digits(r->cycles / r->exits, each) : "-");
	fputc('\n', out);
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_reasons(FILE *out, const struct case_file *cf, const struct figures *m)
{
	struct host_reason total = { .exits = m->exits, .cycles = m->cycles };
	struct host_reason own = { .exits = m->own_exits, .cycles = m->own_cycles };
	char number[24];

	fprintf(out, "  %-22s %10s %15s %8s", "reason", "number", "count", "share");
	if (m->has_cycles)
		fprintf(out, " %20s %13s", "cycles", "cycles/exit");
	fputc('\n', out);
	for (unsigned int i = 0; i < m->count; i++)
		print_row(out, reason_name(cf->vendor, m->row[i].number),
			  reason_number(cf->vendor, m->row[i].number, number),
			  share(m->row[i].exits, m->exits),
			  &m->row[i], m->has_cycles);
	print_row(out, "total", "", share(m->exits, m->exits), &total, true);
	if (m->has_own)
		print_row(out, "of which the probe's", "", share(m->own_exits, m->exits), &own, true);
}

static void print_total(FILE *out, const char *name, uint64_t exits, uint64_t cycles)
{
	char x[32], c[32];

	fprintf(out, "  %-22s %26s %29s\n", name, text_group_digits(exits, x), text_group_digits(cycles, c));
}

static void print_totals(FILE *out, const struct case_file *cf)
{
	fprintf(out, "\nTotals at each point\n  %-22s %26s %29s\n", "point", "exits", "cycles");
	for (int i = 0; i < EM_POINTS; i++) {
		const struct point *p = &cf->records.point[i];

		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		if (p->status == POINT_COMPLETE)
			print_total(out, em_point_names[i], p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax,
				    regs_cycles(&p->leaf[EM_TAG_BEFORE_CYCLES].regs));
		else
			fprintf(out, "  %-22s %26s\n", em_point_names[i], point_status_name(p->status));
	}
	if (case_has_input(cf, CASE_HOST))
		print_total(out, "end (host side)", cf->host.exits, cf->host.cycles);
}

/* The figures of the run's scenario; those of its whole life stand above. */
static void print_scenario(FILE *out, const struct case_file *cf, struct figures *m)
{
	enum scenario scenario = cf->evidence.scenario;

	if (!figures_of_scenario(cf, scenario, m))
		return;
	fprintf(out, "\nScenario %s: %s\n", scenario_name(scenario), scenario_title(scenario));
	print_reasons(out, cf, m);
}

void table_print_figures(FILE *out, const struct case_file *cf)
{
	int last = case_last_point(cf);
	struct figures *m;

	if (!case_has_figures(cf) || (last < 0 && !case_has_input(cf, CASE_HOST)))
		return;
	m = xcalloc(1, sizeof(*m));
	if (case_has_input(cf, CASE_HOST)) {
		figures_of_host(cf, m);
		fputs("Exits by reason (host side, after the guest's last instruction)\n", out);
	} else {
		figures_of_point(cf, (enum em_point)last, m);
		fprintf(out, "Exits by reason (read by the guest at %s)\n", em_point_names[last]);
	}
	print_reasons(out, cf, m);
	print_totals(out, cf);
	print_scenario(out, cf, m);
	fputc('\n', out);
	free(m);
}
