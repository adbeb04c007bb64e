// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_operations.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/operations.h"
#include "judge/reasons.h"
#include "report/page.h"

#define COLUMNS 8	/* reasons that fit into a row */
#define COLUMN_WIDTH 9

static void print_each(FILE *out, uint64_t exits, uint64_t n)
{
	fprintf(out, " %12.2f", n ? (double)exits / (double)n : 0);
}

static void print_row(FILE *out, enum em_op op, const struct operation_figures *f)
{
	char exits[32], n[32], cycles[32];

	fprintf(out, "  %-28s", operation_title(op));
	if (f->record->why != EM_OP_DONE) {
		fprintf(out, " %s\n", operation_why(f->record->why));
		return;
	}
	fprintf(out, " %8s", text_group_digits(f->record->n, n));
	if (!f->has_exits) {
		fputs("            -            -            -\n", out);
		return;
	}
	fprintf(out, " %12s", text_group_digits(f->exits, exits));
	print_each(out, f->exits, f->record->n);
	fprintf(out, " %12s\n", f->has_cycles && f->exits ? text_group_digits(f->cycles / f->exits, cycles) : "-");
}

/* From the column `first` on, as many as fit. */
static void print_matrix_part(FILE *out, const struct case_file *cf, const struct operation_reasons *c, unsigned int first)
{
	unsigned int end = first + COLUMNS < c->count ? first + COLUMNS : c->count;
	struct operation_figures f;
	char buf[32];

	fprintf(out, "\n  %-18s", first ? "" : "operation, reason");
	for (unsigned int i = first; i < end; i++)
		fprintf(out, " %*.*s", COLUMN_WIDTH, COLUMN_WIDTH, reason_name(cf->vendor, c->reason[i].number));
	fputc('\n', out);
	for (int op = EM_OP_READINGS + 1; op < EM_OPS; op++) {
		operation_figures(cf, (enum em_op)op, &f);
		if (f.record->why != EM_OP_DONE)
			continue;
		fprintf(out, "  %-18s", em_op_names[op]);
		for (unsigned int i = first; i < end; i++) {
			uint64_t exits = operation_figures_exits(&f, c->reason[i].number);

			fprintf(out, " %*s", COLUMN_WIDTH, exits ? text_group_digits(exits, buf) : ".");
		}
		fputc('\n', out);
	}
}

static void print_matrix(FILE *out, const struct case_file *cf)
{
	struct operation_reasons *c;

	if (!case_tells(cf, FIGURE_REASON_EXITS)) {
		fputs("  By reason nothing can be told: this KVM tells totals only.\n", out);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	operation_reasons(cf, c);
	for (unsigned int first = 0; first < c->count; first += COLUMNS)
		print_matrix_part(out, cf, c, first);
	free(c);
}

void table_print_operations(FILE *out, const struct case_file *cf)
{
	struct operation_figures f;

	if (!operations_are_told(cf))
		return;
	fprintf(out, "Operations, without the readings before and after each (%u CPUIDs)\n",
		em_reading_cpuids(cf->records.point[EM_OPERATIONS].layout));
	fprintf(out, "  %-28s %8s %12s %12s %12s\n", "operation", "n", "exits", "exits each", "cycles/exit");
	for (int op = 0; op < EM_OPS; op++) {
		operation_figures(cf, (enum em_op)op, &f);
		print_row(out, (enum em_op)op, &f);
	}
	print_matrix(out, cf);
	fputc('\n', out);
}
