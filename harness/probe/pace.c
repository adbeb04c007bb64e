// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares total cycles with the time in which the guest has next to no exits: while it
 * computes, and while it sleeps.  Of several tries the one counts in which the least part
 * of the time was handling, since an interrupt may come into any of them.
 */
#include "probe.h"

#include <time.h>

#define BUSY_TRIES 10
#define BUSY_US 1000
/* Long enough that an emulated guest, which takes a millisecond to go to sleep, sleeps for most of it. */
#define SLEEP_TRIES 3
#define SLEEP_US 50000

static uint64_t read_cycles(uint32_t leaf)
{
	struct em_regs r = probe_cpuid(leaf, 0);

	return (uint64_t)r.ebx << 32 | r.ecx;
}

static void be_busy(void)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		for (volatile int i = 0; i < 1000; i++)
			;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000000 + (now.tv_nsec - begin.tv_nsec) / 1000 < BUSY_US);
}

static void be_asleep(void)
{
	struct timespec ts = { .tv_nsec = SLEEP_US * 1000 };

	nanosleep(&ts, NULL);
}

static struct probe_pace measure(uint32_t leaf, void (*pass_time)(void), int tries)
{
	struct probe_pace least = { 0, 0 };

	for (int i = 0; i < tries; i++) {
		uint64_t tsc = probe_tsc(), cycles = read_cycles(leaf);

		pass_time();
		cycles = read_cycles(leaf) - cycles;
		tsc = probe_tsc() - tsc;
		if (!least.tsc || (cycles << 8) / (tsc + 1) < (least.cycles << 8) / (least.tsc + 1))
			least = (struct probe_pace){ cycles, tsc };
	}
	return least;
}

void probe_paces(uint32_t leaf, struct probe_pace *ret_busy, struct probe_pace *ret_asleep)
{
	*ret_busy = measure(leaf, be_busy, BUSY_TRIES);
	*ret_asleep = measure(leaf, be_asleep, SLEEP_TRIES);
}
