// SPDX-License-Identifier: GPL-2.0-only
#include "judge/figures.h"

#include <stdlib.h>
#include <string.h>

int figures_by_exits(const void *a, const void *b)
{
	const struct host_reason *x = a, *y = b;

	if (x->exits != y->exits)
		return x->exits < y->exits ? 1 : -1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void sort(struct figures *f)
{
	qsort(f->row, f->count, sizeof(f->row[0]), figures_by_exits);
}

void figures_of_host(const struct case_file *cf, struct figures *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->exits = cf->host.exits;
	ret->cycles = cf->host.cycles;
	ret->has_cycles = true;
	ret->count = cf->host.reason_count;
	memcpy(ret->row, cf->host.reason, ret->count * sizeof(ret->row[0]));
	sort(ret);
}

/* from: NULL if all figures began at 0.  eax has 32 bits of a count, and what came between fits. */
static void measure(const struct case_file *cf, const struct point *from, const struct point *to,
		    struct figures *ret)
{
	static const struct point start;

	if (!from)
		from = &start;
	memset(ret, 0, sizeof(*ret));
	ret->exits = to->leaf[EM_TAG_BEFORE_TOTAL].regs.eax - from->leaf[EM_TAG_BEFORE_TOTAL].regs.eax;
	ret->cycles = regs_cycles(&to->leaf[EM_TAG_BEFORE_CYCLES].regs) -
		      regs_cycles(&from->leaf[EM_TAG_BEFORE_CYCLES].regs);
	ret->has_cycles = case_tells(cf, FIGURE_REASON_CYCLES);
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &from->sweep[i], *b = &to->sweep[i];

		if (!case_tells(cf, FIGURE_REASON_EXITS) || !case_is_countable(cf, i) || b->exits.eax == a->exits.eax)
			continue;
		ret->row[ret->count++] = (struct host_reason){
			.number = em_sweep_number(i),
			.exits = b->exits.eax - a->exits.eax,
			.cycles = regs_cycles(&b->cycles) - regs_cycles(&a->cycles),
		};
	}
	sort(ret);
}

void figures_of_point(const struct case_file *cf, enum em_point point, struct figures *ret)
{
	measure(cf, NULL, &cf->records.point[point], ret);
}

static uint64_t cycles_of(const struct point *p, enum em_tag tag)
{
	return regs_cycles(&p->leaf[tag].regs);
}

/*
 * Adds what the probe caused at a point of the scenario.  At a point between its ends that is all
 * of it, at the two ends only what lies inside.
 */
static void add_own(const struct point *p, bool is_from, bool is_to, struct figures *f)
{
	enum em_tag begin = is_from ? EM_TAG_BEFORE_TOTAL : EM_TAG_FIRST_TOTAL;
	uint32_t exits = is_to ? p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax : p->written_total.eax;
	uint64_t cycles = is_to ? cycles_of(p, EM_TAG_BEFORE_CYCLES) : regs_cycles(&p->written_cycles);

	f->own_exits += (uint32_t)(exits - p->leaf[begin].regs.eax);
	f->own_cycles += cycles - cycles_of(p, begin + 1);
	f->has_own &= is_to || p->has_written;
}

static void measure_own(const struct case_file *cf, const struct span *span, struct figures *f)
{
	f->has_own = true;
	for (int i = span->from == SCENARIO_START ? 0 : span->from; i <= span->to; i++) {
		if (!case_wants_point(cf, (enum em_point)i))
			continue;
		add_own(&cf->records.point[i], i == span->from, i == span->to, f);
		f->has_own &= case_has_point(cf, (enum em_point)i);
	}
}

bool figures_of_scenario(const struct case_file *cf, enum scenario scenario, struct figures *ret)
{
	struct span span;

	if (!case_has_figures(cf) ||
	    !scenario_span(cf->evidence.scenario, scenario, &span) ||
	    !case_has_point(cf, (enum em_point)span.to) ||
	    (span.from != SCENARIO_START && !case_has_point(cf, (enum em_point)span.from)))
		return false;
	measure(cf, span.from == SCENARIO_START ? NULL : &cf->records.point[span.from],
		&cf->records.point[span.to], ret);
	measure_own(cf, &span, ret);
	return true;
}
