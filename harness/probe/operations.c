// SPDX-License-Identifier: GPL-2.0-only
/*
 * Carries out operations, each between two readings of all figures.  Nothing is written before the last of
 * them is done, since a byte that is written to a serial port is an exit too.
 */
#include "probe.h"

#include <string.h>

#define TRIES 10

static struct probe_operation done[EM_OPS];

static void read_all(const struct em_leaves *leaves, struct probe_reading *ret)
{
	ret->total = probe_cpuid(leaves->total, 0);
	ret->cycles = probe_cpuid(leaves->total_cycles, 0);
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		uint32_t number = em_sweep_number(i);

		ret->sweep[i].exits = probe_cpuid(leaves->reason, number);
		if (leaves->reason_cycles)
			ret->sweep[i].cycles = probe_cpuid(leaves->reason_cycles, number);
	}
}

static void try_once(enum em_op op, enum em_vendor vendor, const struct em_leaves *leaves, unsigned int n,
		     struct probe_operation *ret)
{
	uint64_t tsc = probe_tsc();

	read_all(leaves, &ret->before);
	probe_op_do(op, vendor, n);
	read_all(leaves, &ret->after);
	ret->tsc = probe_tsc() - tsc;
	ret->n = n;
}

static uint32_t exits_of(const struct probe_operation *o, uint32_t reason)
{
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (em_sweep_number(i) == reason)
			return o->after.sweep[i].exits.eax - o->before.sweep[i].exits.eax;
	return 0;
}

/*
 * Another program, or the kernel's own clock, may have exits of the law's reason, too: of several tries the one
 * with the fewest counts, and the first that keeps the law is the last.
 */
static void try_by_law(enum em_op op, enum em_vendor vendor, enum em_layout layout, unsigned int n,
		       const struct em_op_law *law)
{
	static struct probe_operation try;
	const struct em_leaves leaves = em_leaves_of(layout);
	uint32_t lawful = n * law->each +
		(law->reason == probe_cpuid_reason(vendor) ? em_reading_cpuids(layout) : 0);
	unsigned int tries = 0;

	do {
		try_once(op, vendor, &leaves, n, &try);
		if (!tries++ || exits_of(&try, law->reason) < exits_of(&done[op], law->reason))
			done[op] = try;
	} while (tries < TRIES && exits_of(&done[op], law->reason) != lawful);
	done[op].tries = tries;
}

const struct probe_operation *probe_operations(enum em_layout layout, enum em_vendor vendor)
{
	const struct em_leaves leaves = em_leaves_of(layout);

	/* Every page is touched now, since a page fault between two readings would count. */
	memset(done, 0, sizeof(done));
	for (int i = 0; i < EM_OPS; i++) {
		enum em_op op = (enum em_op)i;
		struct em_op_law law = em_op_law_of(op, vendor);
		unsigned int n = 0;

		done[op].why = probe_op_begin(op, vendor, &n);
		if (done[op].why != EM_OP_DONE)
			continue;
		if (law.is_law) {
			try_by_law(op, vendor, layout, n, &law);
		} else {
			try_once(op, vendor, &leaves, n, &done[op]);
			done[op].tries = 1;
		}
		probe_op_end(op);
	}
	return done;
}
