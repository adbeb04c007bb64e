// SPDX-License-Identifier: GPL-2.0-only
/* Reads the total cycles until their low half carries into the high one. */
#include "probe.h"

#include <time.h>

#define CARRY_SECONDS 60

static bool is_late(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin->tv_sec > CARRY_SECONDS;
}

void probe_carry(const struct em_leaves *leaves, struct probe_carry *ret)
{
	uint64_t tsc = probe_tsc();
	struct timespec begin;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	ret->after = probe_cpuid(leaves->total_cycles, 0);
	do {
		uint64_t before = tsc;

		ret->before = ret->after;
		tsc = probe_tsc();
		ret->after = probe_cpuid(leaves->total_cycles, 0);
		ret->tsc = probe_tsc() - before;
		ret->count++;
	} while (ret->after.ecx >= ret->before.ecx && ret->after.ebx == ret->before.ebx &&
		 !(ret->count % 256 == 0 && is_late(&begin)));
}
