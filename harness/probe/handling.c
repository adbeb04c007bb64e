// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the least cycles that one exit of a kind takes: the smallest difference
 * between two readings with one such exit in between.  On a busy or an emulated
 * machine an average would be mostly noise.  A KVM without cycles of a reason is
 * measured by its totals.
 */
#include "probe.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CPUIDS 200
#define PAGES 16384		/* at most: more than work.c has touched and freed again */
#define PAGE_BYTES 4096
#define FAULTS 16		/* enough to find the least among */
#define NOISY 2			/* of these, which may be long by chance */
#define TRAPS 32
#define UD2_BYTES 2
#define WORK_CPUIDS 16		/* a long fault takes at least as long as so many CPUIDs */

/* The leaves that are read, and the reasons; totals ignore them. */
struct ruler {
	uint32_t total, exits, cycles;	/* 0: not told */
	uint32_t cpuid, fault, trap;
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

static uint32_t read_exits(uint32_t leaf, uint32_t reason)
{
	return leaf ? probe_cpuid(leaf, reason).eax : 0;
}

/*
 * Reads total cycles around one exit.  The readings of exits stand outside of those of cycles, so that an exit
 * beside it, an interrupt say, is seen where only total exits are told.  0: it was not alone, or of another reason.
 */
static uint64_t measure_alone(const struct ruler *r, uint32_t reason, uint64_t asking, void (*cause)(volatile char *),
			      volatile char *where, uint64_t *tsc)
{
	const uint32_t own = (r->exits ? 2 : 0) + 3;	/* the exits of these readings, from one of the total to the next */
	uint32_t total = read_exits(r->total, 0), exits = read_exits(r->exits, reason);
	uint64_t before = read_cycles(r, 0), after;

	*tsc = probe_tsc();
	cause(where);
	*tsc = probe_tsc() - *tsc;
	after = read_cycles(r, 0);
	exits = read_exits(r->exits, reason) - exits;
	total = read_exits(r->total, 0) - total;
	if ((r->exits && exits != 1) || (r->total && total != own + 1))
		return 0;
	/* One CPUID ends between the readings of cycles. */
	return after - before > asking ? after - before - asking : 1;
}

static void touch(volatile char *where)
{
	*where = 1;
}

/*
 * What took longer than touching the page is no fault of its own.  Where only total exits tell that there was a
 * fault, an interrupt may be taken for one, which is short where its handler runs outside of what a patch
 * measures: so what counts then is one of the longest, and a clock that stops before the handler has none.
 */
static void measure_fault_in_totals(const struct ruler *r, volatile char *p, struct probe_handling *ret)
{
	uint64_t taken[FAULTS];

	for (unsigned int i = 0; i < PAGES && ret->faults < FAULTS; i++) {
		uint64_t tsc, fault = measure_alone(r, r->fault, ret->asking, touch, p + i * PAGE_BYTES, &tsc);

		if (!fault || fault > tsc)
			continue;
		take_work(ret, fault, tsc);
		insert(taken, ret->faults++, fault);
	}
	if (ret->faults)
		ret->fault = taken[r->exits ? ret->faults / 2 : ret->faults > NOISY ? ret->faults - 1 - NOISY : 0];
}

static void skip_ud2(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += UD2_BYTES;
}

static void trap(volatile char *where)
{
	(void)where;
	__asm__ volatile("ud2");
}

/*
 * An instruction that does not exist.  KVM takes its exception from the guest on every vendor and decodes the
 * instruction, in case it is one that it must emulate (handle_ud() of arch/x86/kvm/x86.c).  A patch that measures
 * the handler alone sees that it takes long.  One that measures more may not, where leaving and entering the guest
 * takes much longer: it has the page faults, and without any this tells nothing.
 */
static void measure_trap_in_totals(const struct ruler *r, struct probe_handling *ret)
{
	const struct sigaction skip = { .sa_sigaction = skip_ud2, .sa_flags = SA_SIGINFO };
	struct sigaction was;
	uint64_t least = 0, tsc;
	unsigned int seen = 0;

	if (sigaction(SIGILL, &skip, &was) < 0)
		return;
	for (int i = 0; i < TRAPS; i++) {
		uint64_t cycles = measure_alone(r, r->trap, ret->asking, trap, NULL, &tsc);

		if (!cycles)
			continue;
		take_least(&least, cycles);
		seen++;
	}
	sigaction(SIGILL, &was, NULL);
	if (least <= ret->fault || (!ret->faults && least <= 2 * ret->cpuid))
		return;
	ret->fault = least;
	ret->faults = seen;
}

void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, bool has_total, bool has_reasons,
		    bool by_reason, struct probe_handling *ret)
{
	const struct ruler ruler = {
		/* Between the exits of a reason others may come: on a busy host a fault is hardly ever alone. */
		.total = has_total && !has_reasons ? leaves->total : 0,
		.exits = has_reasons ? leaves->reason : 0,
		.cycles = by_reason ? leaves->reason_cycles : leaves->total_cycles,
		.cpuid = probe_cpuid_reason(vendor),
		.fault = vendor == EM_SVM ? EM_SVM_NPF : EM_VMX_EPT_VIOLATION,
		.trap = vendor == EM_SVM ? EM_SVM_EXCP_UD : EM_VMX_EXCEPTION_NMI,
	};
	volatile char *p = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ret->is_measured = true;
	measure_cpuid(&ruler, ret);
	if (p == MAP_FAILED)
		return;
	if (by_reason) {
		measure_fault(&ruler, p, ret);
	} else {
		measure_fault_in_totals(&ruler, p, ret);
		measure_trap_in_totals(&ruler, ret);
	}
	munmap((void *)p, PAGES * PAGE_BYTES);
}
