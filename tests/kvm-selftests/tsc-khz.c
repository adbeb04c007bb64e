// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print how many thousand times a second this CPU's TSC ticks. QEMU's emulated CPUs hand it on to
 * their guests as it is, and a guest that has to find out for itself errs when the machine is busy:
 * its clock then runs several times too fast.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct moment {
	uint64_t tsc, ns;
};

/* Both at once: of some tries the one that was interrupted the least. */
static struct moment now(void)
{
	struct moment best = { 0, 0 };
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < 100; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), after;
		struct timespec time;

		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		after = __builtin_ia32_rdtsc();
		if (after - before < shortest) {
			shortest = after - before;
			best.tsc = before + shortest / 2;
			best.ns = (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
		}
	}
	return best;
}

int main(void)
{
	struct moment first = now(), last;

	usleep(200000);
	last = now();
	printf("%llu\n", (unsigned long long)((last.tsc - first.tsc) * 1000000 / (last.ns - first.ns)));
	return 0;
}
