// SPDX-License-Identifier: GPL-2.0-only
#include "report/stat_rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static uint64_t since(uint64_t before, uint64_t after)
{
	return after >= before ? after - before : after;
}

/* One of several CPUs' counters may be read a moment before another, but a total that shrinks was reset. */
void stat_delta(const struct stat_vm *before, const struct stat_vm *after, struct stat_delta *ret)
{
	static const struct host_reason none;
	bool is_reset = after->counters.exits < before->counters.exits;

	memset(ret, 0, sizeof(*ret));
	ret->vm = after;
	ret->seconds = (double)(after->ms - before->ms) / 1000;
	ret->exits = since(before->counters.exits, after->counters.exits);
	ret->cycles = since(before->counters.cycles, after->counters.cycles);
	ret->other_exits = since(before->counters.other_exits, after->counters.other_exits);
	ret->other_cycles = since(before->counters.other_cycles, after->counters.other_cycles);
	for (unsigned int i = 0; i < after->counters.reason_count; i++) {
		const struct host_reason *now = &after->counters.reason[i];
		const struct host_reason *then = is_reset ? NULL : host_counters_find(&before->counters, now->number);

		then = then ? then : &none;
		ret->reason[ret->count++] = (struct stat_reason){
			.number = now->number,
			.exits = since(then->exits, now->exits),
			.cycles = since(then->cycles, now->cycles),
			.ever = now->exits,
		};
	}
}

const struct stat_reason *stat_delta_find(const struct stat_delta *d, uint64_t number)
{
	for (unsigned int i = 0; i < d->count; i++)
		if (d->reason[i].number == number)
			return &d->reason[i];
	return NULL;
}

struct sums {
	unsigned int count;
	struct stat_reason reason[HOSTCOUNT_REASONS_MAX];
};

static void add(struct sums *sums, const struct stat_reason *r)
{
	unsigned int i = 0;

	while (i < sums->count && sums->reason[i].number != r->number)
		i++;
	if (i == HOSTCOUNT_REASONS_MAX)
		return;
	if (i == sums->count)
		sums->reason[sums->count++] = (struct stat_reason){ .number = r->number };
	sums->reason[i].exits += r->exits;
	sums->reason[i].ever += r->ever;
}

static int by_exits(const void *left, const void *right)
{
	const struct stat_reason *a = left, *b = right;

	if (a->exits != b->exits)
		return a->exits < b->exits ? 1 : -1;
	if (a->ever != b->ever)
		return a->ever < b->ever ? 1 : -1;
	return a->number < b->number ? -1 : a->number > b->number;
}

void stat_columns_choose(const struct stat_delta *const *deltas, unsigned int count, unsigned int max,
			 struct stat_columns *ret)
{
	struct sums *sums = xcalloc(1, sizeof(*sums));

	*ret = (struct stat_columns){ .vendor = EM_UNKNOWN };
	for (unsigned int d = 0; d < count; d++) {
		if (ret->vendor == EM_UNKNOWN)
			ret->vendor = deltas[d]->vm->counters.vendor;
		for (unsigned int i = 0; i < deltas[d]->count; i++)
			add(sums, &deltas[d]->reason[i]);
	}
	qsort(sums->reason, sums->count, sizeof(sums->reason[0]), by_exits);
	while (ret->count < sums->count && ret->count < max && ret->count < STAT_COLUMNS_MAX) {
		ret->number[ret->count] = sums->reason[ret->count].number;
		ret->count++;
	}
	free(sums);
}
