// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the least cycles that one exit of a kind takes: the smallest difference
 * between two readings with one such exit in between.  On a busy or an emulated
 * machine an average would be mostly noise.  A KVM without cycles of a reason is
 * measured by its totals.
 */
#include "probe.h"

#include <sys/mman.h>

#define CPUIDS 200
#define PAGES 16384		/* at most: more than work.c has touched and freed again */
#define PAGE_BYTES 4096
#define FAULTS 16		/* enough to find the least among */
#define WORK_CPUIDS 16		/* a long fault takes at least as long as so many CPUIDs */

/* The leaves that are read, and the reasons; totals ignore them. */
struct ruler {
	uint32_t exits, cycles, cpuid, fault;
	uint32_t exits_of_fault;	/* how many come with a fault, between two readings of exits */
};

static uint64_t read_cycles(const struct ruler *r, uint32_t reason)
{
	struct em_regs regs = probe_cpuid(r->cycles, reason);

	return (uint64_t)regs.ebx << 32 | regs.ecx;
}

static void take_least(uint64_t *least, uint64_t cycles)
{
	if (!*least || cycles < *least)
		*least = cycles;
}

/*
 * The answer of each CPUID has the cycles of the one before.  One that asks takes many times as long as
 * another, if its answer is logged: then what counts is one that does not ask, between two that do.
 */
static void measure_cpuid(const struct ruler *r, struct probe_handling *ret)
{
	uint64_t before = read_cycles(r, r->cpuid), both = 0;

	for (int i = 0; i < CPUIDS; i++) {
		uint64_t between = read_cycles(r, r->cpuid), after;

		probe_cpuid(0, 0);
		after = read_cycles(r, r->cpuid);
		take_least(&ret->asking, between - before);
		take_least(&both, after - between);
		before = after;
	}
	ret->cpuid = both > ret->asking && ret->asking > 3 * (both - ret->asking) ? both - ret->asking : ret->asking;
}

/*
 * Keeps the fault of which the greatest part of the time went to handling.  Of a short one the guest's
 * own fault is much of the time; the host clears a large page for a long one.
 */
static void take_work(struct probe_handling *h, uint64_t cycles, uint64_t tsc)
{
	struct probe_pace *work = &h->work;

	if (tsc < WORK_CPUIDS * h->cpuid)
		return;
	if (!work->tsc || (cycles << 8) / (tsc + 1) > (work->cycles << 8) / (work->tsc + 1))
		*work = (struct probe_pace){ cycles, tsc };
}

/*
 * Touches pages for the first time.  Only some of them cause a nested page fault: the
 * guest's kernel hands out memory that was used before first, and the host has backed
 * that already.
 */
static void measure_fault(const struct ruler *r, volatile char *p, struct probe_handling *ret)
{
	uint32_t exits = probe_cpuid(r->exits, r->fault).eax;
	uint64_t cycles = read_cycles(r, r->fault);

	for (unsigned int i = 0; i < PAGES && ret->faults < FAULTS; i++) {
		uint64_t then = cycles, tsc = probe_tsc();
		uint32_t now;

		p[i * PAGE_BYTES] = 1;
		tsc = probe_tsc() - tsc;
		now = probe_cpuid(r->exits, r->fault).eax;
		if (now == exits)
			continue;
		cycles = read_cycles(r, r->fault);
		if (now - exits == 1) {
			take_least(&ret->fault, cycles - then);
			take_work(ret, cycles - then, tsc);
			ret->faults++;
		}
		exits = now;
	}
}

/* Puts a figure into a list that is sorted. */
static void insert(uint64_t *list, unsigned int count, uint64_t figure)
{
	for (; count && list[count - 1] > figure; count--)
		list[count] = list[count - 1];
	list[count] = figure;
}

/*
 * The same by total cycles.  Three CPUIDs end between the two readings of them.  What took longer than
 * touching the page is no fault of its own.  Where total exits must tell that there was a fault, an
 * interrupt may be taken for one: so what counts is the middle one.
 */
static void measure_fault_in_totals(const struct ruler *r, volatile char *p, struct probe_handling *ret)
{
	uint64_t taken[FAULTS];

	for (unsigned int i = 0; i < PAGES && ret->faults < FAULTS; i++) {
		uint64_t before = read_cycles(r, 0), own = 3 * ret->asking, after, fault, tsc;
		uint32_t exits = probe_cpuid(r->exits, r->fault).eax;

		tsc = probe_tsc();
		p[i * PAGE_BYTES] = 1;
		tsc = probe_tsc() - tsc;
		exits = probe_cpuid(r->exits, r->fault).eax - exits;
		after = read_cycles(r, 0);
		fault = after - before > own ? after - before - own : 0;
		if (exits != r->exits_of_fault || fault > tsc)
			continue;
		take_work(ret, fault, tsc);
		insert(taken, ret->faults++, fault);
	}
	ret->fault = ret->faults ? taken[ret->faults / 2] : 0;
}

void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, bool has_reasons, bool by_reason,
		    struct probe_handling *ret)
{
	const struct ruler ruler = {
		.exits = has_reasons ? leaves->reason : leaves->total,
		.exits_of_fault = has_reasons ? 1 : 2,
		.cycles = by_reason ? leaves->reason_cycles : leaves->total_cycles,
		.cpuid = probe_cpuid_reason(vendor),
		.fault = vendor == EM_SVM ? EM_SVM_NPF : EM_VMX_EPT_VIOLATION,
	};
	volatile char *p = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ret->is_measured = true;
	measure_cpuid(&ruler, ret);
	if (p == MAP_FAILED)
		return;
	if (by_reason)
		measure_fault(&ruler, p, ret);
	else
		measure_fault_in_totals(&ruler, p, ret);
	munmap((void *)p, PAGES * PAGE_BYTES);
}
