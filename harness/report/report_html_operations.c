// SPDX-License-Identifier: GPL-2.0-only
#include "report/report_html_operations.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/operations.h"
#include "judge/reasons.h"
#include "report/html.h"
#include "report/html_table.h"

/* From how many percent of an operation's exits on a cell has which class; ascending. */
static const struct heat {
	unsigned int percent;
	const char *class, *words;
} heats[] = {
	{ 0, "number cool", "below 5 %" },	  { 5, "number mild", "from 5 %" },
	{ 20, "number warm", "from 20 %" },	  { 50, "number hot", "from 50 %" },
	{ 80, "number glow", "80 % and more" },
};

static const char *const heads[] = { "operation", "n", "exits", "exits each", "cycles/exit" };

static const char *heat_class(uint64_t exits, uint64_t of)
{
	size_t i = ARRAY_SIZE(heats) - 1;

	while (i > 0 && (double)exits * 100 < (double)heats[i].percent * (double)of)
		i--;
	return heats[i].class;
}

static void put_cell(FILE *out, const struct operation_figures *f, uint64_t reason)
{
	uint64_t exits = operation_figures_exits(f, reason);
	char buf[32];

	if (exits)
		html_element(out, "td", heat_class(exits, f->exits), text_group_digits(exits, buf));
	else
		html_element(out, "td", "number dim", "0");
}

static void put_totals(FILE *out, const struct operation_figures *f)
{
	html_put_number(out, f->record->n);
	if (!f->has_exits) {
		fputs("<td>-</td><td>-</td><td>-</td>", out);
		return;
	}
	html_put_number(out, f->exits);
	html_put_real(out, f->record->n ? (double)f->exits / (double)f->record->n : 0, 2);
	if (f->has_cycles && f->exits)
		html_put_number(out, f->cycles / f->exits);
	else
		html_element(out, "td", "number", "-");
}

static void put_row(FILE *out, const struct case_file *cf, enum em_op op, const struct operation_reasons *all)
{
	struct operation_figures f;

	operation_figures(cf, op, &f);
	html_row_begin(out, operation_title(op));
	if (f.record->why != EM_OP_DONE) {
		fprintf(out, "<td class=\"dim\" colspan=\"%zu\">", ARRAY_SIZE(heads) - 1 + all->count);
		html_put(out, operation_why(f.record->why));
		fputs("</td></tr>\n", out);
		return;
	}
	put_totals(out, &f);
	for (unsigned int i = 0; i < all->count; i++)
		put_cell(out, &f, all->reason[i].number);
	fputs("</tr>\n", out);
}

/* A colour alone would tell nobody what it stands for. */
static void put_legend(FILE *out)
{
	fputs("<p>A cell of a reason has the exits of that reason, and its colour tells their share of the "
	      "operation's exits:",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(heats); i++) {
		fputs(" <span", out);
		html_attribute(out, "class", heats[i].class);
		fputs(">\302\240", out);
		html_put(out, heats[i].words);
		fputs("\302\240</span>", out);
	}
	fputs("</p>\n", out);
}

static void put_table(FILE *out, const struct case_file *cf, const struct operation_reasons *all)
{
	_cleanup_free_ char *caption =
		xasprintf("Operations, without the readings before and after each (%u CPUIDs)",
			  em_reading_cpuids(cf->records.point[EM_OPERATIONS].layout));
	size_t count = ARRAY_SIZE(heads) + all->count;
	_cleanup_free_ const char **names = xcalloc(count, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = i < ARRAY_SIZE(heads) ?
				   heads[i] :
				   reason_name(cf->vendor, all->reason[i - ARRAY_SIZE(heads)].number);
	html_table_begin(out, caption, names, count);
	for (int op = EM_OP_READINGS + 1; op < EM_OPS; op++)
		put_row(out, cf, (enum em_op)op, all);
	html_table_end(out);
}

void html_put_operations(FILE *out, const struct case_file *cf)
{
	struct operation_reasons *all;

	if (!operations_are_told(cf))
		return;
	all = xcalloc(1, sizeof(*all));
	operation_reasons(cf, all);
	fputs("<section class=\"whole\">\n<h2>By operation</h2>\n", out);
	if (case_tells(cf, FIGURE_REASON_EXITS))
		put_legend(out);
	else
		fputs("<p>By reason nothing can be told: this KVM tells totals only.</p>\n", out);
	put_table(out, cf, all);
	fputs("</section>\n", out);
	free(all);
}
