// SPDX-License-Identifier: GPL-2.0-only
#include "table_figures.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reasons.h"
#include "util.h"

#define ROWS_MAX HOSTCOUNT_REASONS_MAX

static const char *const point_names[] = EM_POINT_NAMES;

/* The figures of one moment, whoever told them. */
struct moment {
	uint64_t exits, cycles;
	bool has_cycles;	/* per reason */
	unsigned int count;
	struct host_reason row[ROWS_MAX];
};

/* 1,234,567; the buffer holds any 64-bit figure. */
static const char *group(uint64_t value, char buf[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

static void take_host(const struct run *run, struct moment *m)
{
	m->exits = run->host.exits;
	m->cycles = run->host.cycles;
	m->has_cycles = true;
	m->count = run->host.reason_count;
	memcpy(m->row, run->host.reason, m->count * sizeof(m->row[0]));
}

static void take_point(const struct run *run, const struct point *p, struct moment *m)
{
	m->exits = p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax;
	m->cycles = regs_cycles(&p->leaf[EM_TAG_BEFORE_CYCLES].regs);
	m->has_cycles = em_leaves_of(p->layout).reason_cycles != 0;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &p->sweep[i];

		if (!run_is_countable(run, i) || !a->exits.eax)
			continue;
		m->row[m->count++] = (struct host_reason){
			.number = em_sweep_number(i),
			.exits = a->exits.eax,
			.cycles = regs_cycles(&a->cycles),
		};
	}
}

static int by_exits(const void *a, const void *b)
{
	const struct host_reason *x = a, *y = b;

	if (x->exits != y->exits)
		return x->exits < y->exits ? 1 : -1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void print_row(FILE *out, const char *name, const char *number, double share,
		      const struct host_reason *r, bool has_cycles)
{
	char exits[32], cycles[32], each[32];

	fprintf(out, "  %-22s %10s %15s %6.2f %%", name, number, group(r->exits, exits), share);
	if (has_cycles)
		fprintf(out, " %20s %13s", group(r->cycles, cycles),
			r->exits ? group(r->cycles / r->exits, each) : "-");
	fputc('\n', out);
}

static void print_reasons(FILE *out, const struct run *run, struct moment *m)
{
	struct host_reason total = { .exits = m->exits, .cycles = m->cycles };
	char number[24];

	qsort(m->row, m->count, sizeof(m->row[0]), by_exits);
	fprintf(out, "  %-22s %10s %15s %8s", "reason", "number", "count", "share");
	if (m->has_cycles)
		fprintf(out, " %20s %13s", "cycles", "cycles/exit");
	fputc('\n', out);
	for (unsigned int i = 0; i < m->count; i++)
		print_row(out, reason_name(run->vendor, m->row[i].number),
			  reason_number(run->vendor, m->row[i].number, number),
			  m->exits ? 100.0 * (double)m->row[i].exits / (double)m->exits : 0,
			  &m->row[i], m->has_cycles);
	print_row(out, "total", "", m->exits ? 100.0 : 0, &total, true);
}

static void print_total(FILE *out, const char *name, uint64_t exits, uint64_t cycles)
{
	char x[32], c[32];

	fprintf(out, "  %-22s %26s %29s\n", name, group(exits, x), group(cycles, c));
}

static void print_totals(FILE *out, const struct run *run)
{
	fprintf(out, "\nTotals at each point\n  %-22s %26s %29s\n", "point", "exits", "cycles");
	for (int i = 0; i < EM_POINTS; i++) {
		const struct point *p = &run->records.point[i];

		if (p->status == POINT_COMPLETE)
			print_total(out, point_names[i], p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax,
				    regs_cycles(&p->leaf[EM_TAG_BEFORE_CYCLES].regs));
		else
			fprintf(out, "  %-22s %26s\n", point_names[i], point_status_name(p->status));
	}
	if (run->host_state == INPUT_READ)
		print_total(out, "end (host side)", run->host.exits, run->host.cycles);
}

void table_print_figures(FILE *out, const struct run *run)
{
	int last = run_last_point(run);
	struct moment *m;

	if (run->implementation == IMPLEMENTATION_NONE || (last < 0 && run->host_state != INPUT_READ))
		return;
	m = xcalloc(1, sizeof(*m));
	if (run->host_state == INPUT_READ) {
		take_host(run, m);
		fputs("Exits by reason (host side, after the guest's last instruction)\n", out);
	} else {
		take_point(run, &run->records.point[last], m);
		fprintf(out, "Exits by reason (read by the guest at %s)\n", point_names[last]);
	}
	print_reasons(out, run, m);
	print_totals(out, run);
	fputc('\n', out);
	free(m);
}
