// SPDX-License-Identifier: GPL-2.0-only
#include "vm/tsc_rate.h"

#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define MEASURE_US 100000
#define TRIES 100

struct moment {
	uint64_t tsc, ns;
};

/* Reads both clocks at once: of all tries, it takes the one that was interrupted least. */
static struct moment take_moment(void)
{
	struct moment best = { 0, 0 };
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), after;
		struct timespec ts;

		clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
		after = __builtin_ia32_rdtsc();
		if (after - before < shortest) {
			shortest = after - before;
			best.tsc = before + shortest / 2;
			best.ns = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
		}
	}
	return best;
}

long tsc_rate_khz(void)
{
	static long khz;
	struct moment first, last;

	if (khz)
		return khz;
	first = take_moment();
	usleep(MEASURE_US);
	last = take_moment();
	khz = (long)((last.tsc - first.tsc) * 1000000 / (last.ns - first.ns));
	return khz;
}
