// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes one point into memory.  The order of the reads is part of the grammar
 * (record.h): the clauses count the CPUIDs between two of them.
 */
#include "probe.h"

#include <string.h>

static void read_leaf(struct measurement *m, enum em_tag tag, uint32_t fn, uint32_t sub)
{
	struct probe_leaf *leaf = &m->leaf[tag];

	leaf->fn = fn;
	leaf->sub = sub;
	leaf->regs = probe_cpuid(fn, sub);
	leaf->tsc = probe_tsc();
}

/* Reads the exits into `tag`, and the cycles into the tag after it. */
static void read_totals(struct measurement *m, enum em_tag tag, const struct em_leaves *leaves)
{
	read_leaf(m, tag, leaves->total, 0);
	read_leaf(m, tag + 1, leaves->total_cycles, 0);
}

static void read_spin(struct measurement *m, const struct em_leaves *leaves, unsigned int count)
{
	uint32_t reason = probe_cpuid_reason(m->vendor);

	m->spin_count = count;
	m->spin_before = probe_cpuid(leaves->reason, reason);
	for (unsigned int i = 0; i < count; i++)
		probe_cpuid(0, 0);
	m->spin_after = probe_cpuid(leaves->reason, reason);
}

static void read_sweep(struct measurement *m, const struct em_leaves *leaves)
{
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		uint32_t number = em_sweep_number(i);

		m->sweep[i].exits = probe_cpuid(leaves->reason, number);
		if (leaves->reason_cycles)
			m->sweep[i].cycles = probe_cpuid(leaves->reason_cycles, number);
	}
}

static void read_asked(struct measurement *m)
{
	uint32_t cpuid = probe_cpuid_reason(m->vendor);

	for (int i = 0; i < EM_ASKED; i++) {
		for (unsigned int leaf = 0; leaf < EM_NR_LEAVES; leaf++)
			m->asked[i][leaf] = probe_cpuid(EM_LEAF_FIRST + leaf, em_asked_reason((enum em_asked)i, cpuid));
		for (unsigned int n = 0; i == EM_ASKED_CPUID && n < EM_ASK_CPUIDS; n++)
			probe_cpuid(0, 0);
	}
	em_tell_leaves(m->asked, EM_ASKED, cpuid, m->telling);
}

/* Where no layout fits, whole records are written all the same, and the judge says that none does. */
static enum em_layout choose_layout(const struct measurement *m, enum em_layout wanted)
{
	enum em_layout spoken = em_layout_spoken(m->telling);

	if (wanted != EM_LAYOUTS)
		return wanted;
	return spoken == EM_LAYOUTS ? EM_SPLIT : spoken;
}

/* What must be known before the first total is read. */
static struct em_leaves begin(enum em_layout layout, struct measurement *ret)
{
	/* Touch every page now, since a page fault during the sweep would be an exit too. */
	memset(ret, 0, sizeof(*ret));
	ret->cpus = probe_cpus();
	/* If this fails, the TSC is read on several CPUs, which agree within a VM. */
	(void)probe_pin(0);
	ret->tsc_khz = probe_tsc_khz();
	ret->tsc_begin = probe_tsc();
	read_leaf(ret, EM_TAG_VENDOR, 0, 0);
	ret->vendor = probe_vendor(&ret->leaf[EM_TAG_VENDOR].regs);
	/* An Intel-like CPU answers with this leaf, and the given ecx, for a leaf that is out of range. */
	read_leaf(ret, EM_TAG_BEYOND, ret->leaf[EM_TAG_VENDOR].regs.eax, 0);
	probe_asks_forget();
	/* As late as possible: the judge does not know that CPUIDs before the totals are the probe's. */
	if (layout == EM_LAYOUTS)
		read_asked(ret);
	ret->layout = choose_layout(ret, layout);
	return em_leaves_of(ret->layout);
}

void probe_measure_totals(enum em_layout layout, struct measurement *ret)
{
	struct em_leaves leaves = begin(layout, ret);

	read_totals(ret, EM_TAG_FIRST_TOTAL, &leaves);
}

void probe_measure(enum em_layout layout, unsigned int spins, struct measurement *ret)
{
	struct em_leaves leaves = begin(layout, ret);

	read_totals(ret, EM_TAG_FIRST_TOTAL, &leaves);
	for (unsigned int i = 0; i < 4; i++)
		read_leaf(ret, EM_TAG_RAW_FC + i, EM_LEAF_FIRST + i, 0);
	read_spin(ret, &leaves, spins);
	read_totals(ret, EM_TAG_AGAIN_TOTAL, &leaves);
	read_totals(ret, EM_TAG_BEFORE_TOTAL, &leaves);
	read_sweep(ret, &leaves);
	read_totals(ret, EM_TAG_AFTER_TOTAL, &leaves);
	if (layout != EM_LAYOUTS)
		read_asked(ret);
	ret->tsc_end = probe_tsc();
}

/* Whether a leaf (0: there is none) tells anything at all in eax, or in ebx:ecx. */
static bool tells(const struct measurement *m, uint32_t leaf, enum em_register reg)
{
	const struct em_telling *t = &m->telling[(leaf - EM_LEAF_FIRST) % EM_NR_LEAVES];

	return leaf && t->reg[reg] != EM_HOLDS_ZERO && t->reg[reg] != EM_HOLDS_UNWRITTEN;
}

void probe_measure_apart(struct measurement *m, bool carry)
{
	struct em_leaves leaves = em_leaves_of(m->layout);
	bool has_reasons = tells(m, leaves.reason, EM_EAX);
	bool has_reason_cycles = has_reasons && tells(m, leaves.reason_cycles, EM_ECX);
	bool has_cycles = tells(m, leaves.total_cycles, EM_ECX);

	if (has_reason_cycles || (has_cycles && (has_reasons || tells(m, leaves.total, EM_EAX))))
		probe_handling(&leaves, m->vendor, tells(m, leaves.total, EM_EAX), has_reasons, has_reason_cycles,
			       &m->handling);
	if (has_cycles)
		probe_paces(leaves.total_cycles, &m->busy, &m->asleep);
	if (m->cpus > 1)
		probe_crowd(has_reasons ? leaves.reason : leaves.total, m->vendor, &m->crowd);
	probe_tool(m, &m->tool);
	if (carry)
		probe_carry(&leaves, &m->carry);
}
