// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the least cycles that one exit of a kind takes: the smallest difference
 * between two readings with one such exit in between.  On a busy or an emulated
 * machine an average would be mostly noise.
 */
#include "probe.h"

#include <sys/mman.h>

#define CPUIDS 200
#define PAGES 16384		/* at most: more than work.c has touched and freed again */
#define PAGE_BYTES 4096
#define STEP 256		/* pages between two looks at most */
#define FAULTS 16		/* enough to find the least among */

static uint64_t read_cycles(const struct em_leaves *leaves, uint32_t reason)
{
	struct em_regs r = probe_cpuid(leaves->reason_cycles, reason);

	return (uint64_t)r.ebx << 32 | r.ecx;
}

static void take_least(uint64_t *least, uint64_t cycles)
{
	if (!*least || cycles < *least)
		*least = cycles;
}

/* The answer of each CPUID has the cycles of the one before. */
static void measure_cpuid(const struct em_leaves *leaves, uint32_t reason, struct probe_handling *ret)
{
	uint64_t before = read_cycles(leaves, reason);

	for (int i = 0; i < CPUIDS; i++) {
		uint64_t after = read_cycles(leaves, reason);

		take_least(&ret->cpuid, after - before);
		before = after;
	}
}

/*
 * Touches pages for the first time.  Only some of them cause a nested page fault: the
 * guest's kernel hands out memory that was used before first, and the host has backed
 * that already.  A look is an exit too, so there are more pages between two of them as
 * long as none of the pages causes a fault, and fewer when several do.
 */
static void measure_fault(const struct em_leaves *leaves, uint32_t reason, struct probe_handling *ret)
{
	volatile char *p = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t exits = probe_cpuid(leaves->reason, reason).eax;
	uint64_t cycles = read_cycles(leaves, reason);
	unsigned int step = 1, page = 0;

	if (p == MAP_FAILED)
		return;
	while (page + step <= PAGES && ret->faults < FAULTS) {
		uint32_t now;
		uint64_t then = cycles;

		for (unsigned int i = 0; i < step; i++)
			p[page++ * PAGE_BYTES] = 1;
		now = probe_cpuid(leaves->reason, reason).eax;
		if (now == exits) {
			step = step < STEP ? step * 2 : step;
			continue;
		}
		cycles = read_cycles(leaves, reason);
		if (now - exits == 1) {
			take_least(&ret->fault, cycles - then);
			ret->faults++;
		} else if (step > 1) {
			step /= 2;
		}
		exits = now;
	}
	munmap((void *)p, PAGES * PAGE_BYTES);
}

void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, struct probe_handling *ret)
{
	measure_cpuid(leaves, probe_cpuid_reason(vendor), ret);
	measure_fault(leaves, vendor == EM_SVM ? EM_SVM_NPF : EM_VMX_EPT_VIOLATION, ret);
}
