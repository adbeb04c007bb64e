// SPDX-License-Identifier: GPL-2.0-only
#include "figures.h"

#include <stdlib.h>
#include <string.h>

static int by_exits(const void *a, const void *b)
{
	const struct host_reason *x = a, *y = b;

	if (x->exits != y->exits)
		return x->exits < y->exits ? 1 : -1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void sort(struct figures *f)
{
	qsort(f->row, f->count, sizeof(f->row[0]), by_exits);
}

void figures_of_host(const struct run *run, struct figures *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->exits = run->host.exits;
	ret->cycles = run->host.cycles;
	ret->has_cycles = true;
	ret->count = run->host.reason_count;
	memcpy(ret->row, run->host.reason, ret->count * sizeof(ret->row[0]));
	sort(ret);
}

/* From is NULL where all began at 0.  eax tells 32 bits of a count: what came between fits. */
static void measure(const struct run *run, const struct point *from, const struct point *to,
		    struct figures *ret)
{
	static const struct point start;

	if (!from)
		from = &start;
	memset(ret, 0, sizeof(*ret));
	ret->exits = to->leaf[EM_TAG_BEFORE_TOTAL].regs.eax - from->leaf[EM_TAG_BEFORE_TOTAL].regs.eax;
	ret->cycles = regs_cycles(&to->leaf[EM_TAG_BEFORE_CYCLES].regs) -
		      regs_cycles(&from->leaf[EM_TAG_BEFORE_CYCLES].regs);
	ret->has_cycles = em_leaves_of(to->layout).reason_cycles != 0;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &from->sweep[i], *b = &to->sweep[i];

		if (!run_is_countable(run, i) || b->exits.eax == a->exits.eax)
			continue;
		ret->row[ret->count++] = (struct host_reason){
			.number = em_sweep_number(i),
			.exits = b->exits.eax - a->exits.eax,
			.cycles = regs_cycles(&b->cycles) - regs_cycles(&a->cycles),
		};
	}
	sort(ret);
}

void figures_of_point(const struct run *run, enum em_point point, struct figures *ret)
{
	measure(run, NULL, &run->records.point[point], ret);
}

static uint64_t cycles_of(const struct point *p, enum em_tag tag)
{
	return regs_cycles(&p->leaf[tag].regs);
}

/* Of a point that lies within: all of it.  Of the two at the ends: what lies inside. */
static void add_own(const struct point *p, bool is_from, bool is_to, struct figures *f)
{
	enum em_tag begin = is_from ? EM_TAG_BEFORE_TOTAL : EM_TAG_FIRST_TOTAL;
	uint32_t exits = is_to ? p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax : p->written_total.eax;
	uint64_t cycles = is_to ? cycles_of(p, EM_TAG_BEFORE_CYCLES) : regs_cycles(&p->written_cycles);

	f->own_exits += (uint32_t)(exits - p->leaf[begin].regs.eax);
	f->own_cycles += cycles - cycles_of(p, begin + 1);
	f->has_own &= is_to || p->has_written;
}

static void measure_own(const struct run *run, const struct span *span, struct figures *f)
{
	f->has_own = true;
	for (int i = span->from == SCENARIO_START ? 0 : span->from; i <= span->to; i++) {
		if (!run_wants_point(run, (enum em_point)i))
			continue;
		add_own(&run->records.point[i], i == span->from, i == span->to, f);
		f->has_own &= run_has_point(run, (enum em_point)i);
	}
}

bool figures_of_scenario(const struct run *run, enum scenario scenario, struct figures *ret)
{
	struct span span;

	if (run->implementation == IMPLEMENTATION_NONE ||
	    !scenario_span(run->evidence.scenario, scenario, &span) ||
	    !run_has_point(run, (enum em_point)span.to) ||
	    (span.from != SCENARIO_START && !run_has_point(run, (enum em_point)span.from)))
		return false;
	measure(run, span.from == SCENARIO_START ? NULL : &run->records.point[span.from],
		&run->records.point[span.to], ret);
	measure_own(run, &span, ret);
	return true;
}
