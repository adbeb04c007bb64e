// SPDX-License-Identifier: GPL-2.0-only
#include "base/pace.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

/* So long does the work take on a core of an AMD EPYC of 2021, on which the limits were chosen. */
#define NOMINAL_MS 100
#define ROUNDS 60000000u

/* George Marsaglia's xorshift: each round needs the one before, and no memory. */
static uint64_t work(void)
{
	uint64_t x = 88172645463325252u;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return x;
}

static long bounded(long factor)
{
	return factor < 1 ? 1 : factor > PACE_MAX ? PACE_MAX : factor;
}

long pace_of(long ms)
{
	return bounded((ms + NOMINAL_MS / 2) / NOMINAL_MS);
}

long pace_of_load(double load, long cpus)
{
	return bounded((long)(load / (double)(cpus < 1 ? 1 : cpus) + 0.5));
}

long pace_measure(void)
{
	int64_t begun = now_ms();
	volatile uint64_t result = work();
	long of_work = pace_of((long)(now_ms() - begun)), of_load = 1;
	double load;

	(void)result;
	if (getloadavg(&load, 1) == 1)
		of_load = pace_of_load(load, sysconf(_SC_NPROCESSORS_ONLN));
	return of_work > of_load ? of_work : of_load;
}
