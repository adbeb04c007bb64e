// SPDX-License-Identifier: GPL-2.0-only
#include "judge/rates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static uint64_t cell(const struct timeline_row *row, int column)
{
	return column < 0 ? row->exits : row->reason[column];
}

double rates_exits_at(const struct timeline *t, double ms, int column)
{
	unsigned int low = 0, high = t->row_count;
	const struct timeline_row *a, *b;

	/* The last row that is not after the moment; the first row is never after it. */
	while (high - low > 1) {
		unsigned int middle = low + (high - low) / 2;

		if ((double)t->row[middle].ms <= ms)
			low = middle;
		else
			high = middle;
	}
	a = &t->row[low];
	if (high == t->row_count || a->ms >= t->row[high].ms)
		return (double)cell(a, column);
	b = &t->row[high];
	return (double)cell(a, column) + ((double)cell(b, column) - (double)cell(a, column)) *
						 (ms - (double)a->ms) /
						 ((double)b->ms - (double)a->ms);
}

/* The row that was taken at a mark. */
static const struct timeline_row *row_at(const struct timeline *t, uint64_t ms)
{
	const struct timeline_row *row = &t->row[0];

	for (unsigned int i = 0; i < t->row_count && t->row[i].ms <= ms; i++)
		row = &t->row[i];
	return row;
}

/* Standard deviation over mean of the exits in bins of equal length; negative: too few bins. */
static double variation(const struct timeline *t, uint64_t from, uint64_t to, uint64_t bin,
			unsigned int *ret_bins)
{
	double sum = 0, squares = 0, mean;
	unsigned int n = (unsigned int)((to - from) / bin);

	*ret_bins = n;
	if (n < RATES_BINS_MIN)
		return -1;
	mean = (rates_exits_at(t, (double)(from + n * bin), -1) - rates_exits_at(t, (double)from, -1)) /
	       n;
	for (unsigned int i = 0; i < n; i++) {
		double x = rates_exits_at(t, (double)(from + (i + 1) * bin), -1) -
			   rates_exits_at(t, (double)(from + i * bin), -1);

		sum += x;
		squares += (x - mean) * (x - mean);
	}
	return sum > 0 ? sqrt(squares / (n - 1)) / mean : 0;
}

/* Keeps the place of a reason among the leading ones. */
static void rank(struct rate_phase *p, uint64_t number, uint64_t exits)
{
	unsigned int at = p->top_count;

	while (at > 0 && p->top[at - 1].exits < exits)
		at--;
	if (!exits || at == RATES_TOP)
		return;
	if (p->top_count < RATES_TOP)
		p->top_count++;
	memmove(&p->top[at + 1], &p->top[at], (p->top_count - 1 - at) * sizeof(p->top[0]));
	p->top[at].number = number;
	p->top[at].exits = exits;
}

static void measure_phase(const struct case_file *cf, struct rates *r, struct rate_phase *p)
{
	const struct timeline *t = &cf->timeline;
	const struct timeline_row *a = row_at(t, p->from_ms), *b = row_at(t, p->to_ms);
	double ms = (double)(p->to_ms - p->from_ms);

	p->exits = b->exits - a->exits;
	p->cycles = b->cycles - a->cycles;
	p->per_second = (double)p->exits * 1000 / ms;
	if (cf->phases.tsc_khz)
		p->per_mcycle = (double)p->exits * 1e6 / (ms * (double)cf->phases.tsc_khz);
	p->variation = variation(t, p->from_ms, p->to_ms, r->bin_ms, &p->bins);
	for (unsigned int i = 0; i < t->reason_count; i++)
		rank(p, t->reason[i], b->reason[i] - a->reason[i]);
}

/*
 * Marks that were seen in the same millisecond begin one phase, by the last of them.  One that is told to
 * come after the last sample is forged.
 */
static void find_phases(const struct case_file *cf, struct rates *r)
{
	const struct phases *marks = &cf->phases;

	for (unsigned int i = 0; i + 1 < marks->mark_count; i++) {
		struct rate_phase *p = &r->phase[r->phase_count];

		if (marks->mark[i + 1].ms == marks->mark[i].ms || marks->mark[i + 1].ms > r->duration_ms)
			continue;
		*p = (struct rate_phase){ .mark = marks->mark[i].mark,
					  .from_ms = marks->mark[i].ms,
					  .to_ms = marks->mark[i + 1].ms };
		measure_phase(cf, r, p);
		r->phase_count++;
	}
}

static int by_number(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void find_seconds(const struct timeline *t, struct rates *r)
{
	unsigned int n = (unsigned int)(r->duration_ms / 1000);
	double *second, most = -1;

	if (n < RATES_BINS_MIN)
		return;
	second = xcalloc(n, sizeof(*second));
	for (unsigned int i = 0; i < n; i++) {
		second[i] = rates_exits_at(t, (i + 1) * 1000.0, -1) -
			    rates_exits_at(t, i * 1000.0, -1);
		if (second[i] > most) {
			most = second[i];
			r->busiest_ms = i * 1000;
		}
	}
	qsort(second, n, sizeof(*second), by_number);
	r->has_seconds = true;
	r->busiest = (uint64_t)(second[n - 1] + 0.5);
	r->median = (uint64_t)(second[n / 2] + 0.5);
	free(second);
}

bool rates_of(const struct case_file *cf, struct rates *ret)
{
	const struct timeline *t = &cf->timeline;
	const struct timeline_row *last;

	memset(ret, 0, sizeof(*ret));
	if (!case_has_input(cf, CASE_TIMELINE) || !case_has_input(cf, CASE_PHASES) || t->row_count < 2)
		return false;
	last = &t->row[t->row_count - 1];
	/* A forged file must not ask for more bins than a run can have. */
	if (!cf->phases.interval_ms || last->ms > RATES_MS_MAX)
		return false;
	ret->bin_ms = cf->phases.interval_ms < RATES_BIN_MIN ? RATES_BIN_MIN : cf->phases.interval_ms;
	ret->duration_ms = last->ms;
	ret->exits = last->exits;
	ret->variation = variation(t, 0, last->ms, ret->bin_ms, &ret->bins);
	find_seconds(t, ret);
	find_phases(cf, ret);
	return true;
}

const struct rate_phase *rates_phase_at(const struct rates *r, uint64_t ms)
{
	for (unsigned int i = 0; i < r->phase_count; i++)
		if (ms >= r->phase[i].from_ms && ms < r->phase[i].to_ms)
			return &r->phase[i];
	return NULL;
}
