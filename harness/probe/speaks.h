/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds out what each of the four leaves tells, by how its registers behave.  All four are
 * asked for two reasons, an undefined one and that of CPUID, and both once more after some
 * CPUIDs.  A register that gives back what was put into it, or that never moves, is no
 * figure; a total has grown whatever the reason, and the figure of a reason only for that
 * reason.  The probe chooses a layout by this, and the harness judges by it.
 */
#ifndef EXITMETER_SPEAKS_H
#define EXITMETER_SPEAKS_H

#include <stdbool.h>

#include "record.h"

/* The readings, in their order; each is asked of all four leaves. */
enum em_asked {
	EM_ASKED_UNDEFINED, EM_ASKED_CPUID,
	/* EM_ASK_CPUIDS CPUIDs come in between.  Older probes do not ask the following. */
	EM_ASKED_UNDEFINED_AGAIN, EM_ASKED_CPUID_AGAIN,
	EM_ASKED_HIGH,		/* the number of the CPUID reason with a bit above the 16th */
	EM_ASKED
};
#define EM_ASKED_OLDER 2
#define EM_ASK_CPUIDS 64
#define EM_UNDEFINED_REASON 0xffffu	/* neither vendor defines it */
#define EM_HIGH_REASON 0x10000u		/* is added to a reason: neither vendor defines the sum */
#define EM_NR_LEAVES 4

/* What a register turns out to hold. */
enum em_holds {
	EM_HOLDS_OTHER,		/* it moves, and is no figure that is known */
	EM_HOLDS_ZERO,
	EM_HOLDS_STATIC,	/* the same each time, and not 0 */
	EM_HOLDS_UNWRITTEN,	/* what was in it before CPUID */
	EM_HOLDS_SENTINEL,	/* 0, and 0xffffffff for an undefined reason */
	EM_HOLDS_TOTAL,		/* a total of exits in eax; of cycles in ebx and ecx */
	EM_HOLDS_REASON,	/* the same of a reason */
};

enum em_register { EM_EAX, EM_EBX, EM_ECX, EM_EDX, EM_REGISTERS };

/* What a leaf tells. */
struct em_telling {
	enum em_holds reg[EM_REGISTERS];
	bool is_swapped;	/* of its cycles, ecx has the high half */
};

/* The answers of one leaf to the readings. */
struct em_answers {
	uint32_t fn;
	unsigned int count;	/* EM_ASKED, or EM_ASKED_OLDER */
	uint32_t sub[EM_ASKED];
	struct em_regs regs[EM_ASKED];
};

/* The ecx of a reading. */
static inline uint32_t em_asked_reason(enum em_asked reading, uint32_t cpuid_reason)
{
	if (reading == EM_ASKED_HIGH)
		return EM_HIGH_REASON + cpuid_reason;
	return reading == EM_ASKED_CPUID || reading == EM_ASKED_CPUID_AGAIN ? cpuid_reason : EM_UNDEFINED_REASON;
}

static inline uint32_t em_register_of(const struct em_regs *r, enum em_register reg)
{
	const uint32_t values[EM_REGISTERS] = { r->eax, r->ebx, r->ecx, r->edx };

	return values[reg];
}

/* What a register holds before CPUID.  An older probe put nothing known into ebx and edx. */
static inline uint32_t em_seed(const struct em_answers *a, enum em_register reg, unsigned int reading)
{
	const uint32_t seeds[EM_REGISTERS] = { a->fn, (uint32_t)EM_SEED_RBX, a->sub[reading], (uint32_t)EM_SEED_RDX };

	return seeds[reg];
}

static inline bool em_is_unwritten(const struct em_answers *a, enum em_register reg)
{
	for (unsigned int i = 0; i < a->count; i++)
		if (em_register_of(&a->regs[i], reg) != em_seed(a, reg, i))
			return false;
	return true;
}

static inline bool em_is_same(const struct em_answers *a, enum em_register reg)
{
	for (unsigned int i = 1; i < a->count; i++)
		if (em_register_of(&a->regs[i], reg) != em_register_of(&a->regs[0], reg))
			return false;
	return true;
}

/* An answer for the undefined reason that tells no figure: it stayed, and is no total. */
static inline bool em_is_mute(uint64_t undefined, uint64_t again, uint64_t cpuid)
{
	return undefined == again && undefined != cpuid;
}

/*
 * Takes a figure as it was in four readings: of the undefined reason, of CPUID, and of both again.
 * `most` is how much a total can have grown between two readings.
 */
static inline enum em_holds em_figure_of(const uint64_t f[4], uint64_t least, uint64_t most)
{
	if (f[2] - f[0] >= least && f[3] - f[1] >= least && f[1] - f[0] <= most && f[2] - f[1] <= most &&
	    f[3] - f[2] <= most)
		return EM_HOLDS_TOTAL;
	if (em_is_mute(f[0], f[2], f[3]) && f[3] - f[1] >= least && f[3] - f[1] <= most)
		return EM_HOLDS_REASON;
	return EM_HOLDS_OTHER;
}

/* Between two readings of an older probe are four CPUIDs; that of a reason is mostly not 0 for it alone. */
static inline enum em_holds em_figure_of_older(uint64_t undefined, uint64_t cpuid, uint64_t most)
{
	if (undefined && cpuid > undefined && cpuid - undefined < most)
		return EM_HOLDS_TOTAL;
	return cpuid && cpuid != undefined ? EM_HOLDS_REASON : EM_HOLDS_OTHER;
}

/* 32-bit counts may have wrapped between two readings, so they are told by their differences. */
static inline enum em_holds em_exits_of(const struct em_answers *a)
{
	uint64_t f[4] = { 0 };

	if (a->count == EM_ASKED_OLDER)
		return em_figure_of_older(a->regs[0].eax, a->regs[1].eax, 100000);
	f[0] = a->regs[0].eax;
	for (int i = 1; i < 4; i++)
		f[i] = f[0] + (a->regs[i].eax - a->regs[0].eax);
	return em_figure_of(f, EM_ASK_CPUIDS, UINT32_MAX / 4);
}

static inline enum em_holds em_cycles_of(const struct em_answers *a, bool swap)
{
	uint64_t f[4] = { 0 };

	for (unsigned int i = 0; i < 4 && i < a->count; i++) {
		uint32_t high = swap ? a->regs[i].ecx : a->regs[i].ebx, low = swap ? a->regs[i].ebx : a->regs[i].ecx;

		f[i] = (uint64_t)high << 32 | low;
	}
	if (a->count == EM_ASKED_OLDER)
		return em_figure_of_older(f[0], f[1], UINT64_MAX);
	return em_figure_of(f, 1, 1ull << 48);
}

/* What a register holds that is no figure. */
static inline enum em_holds em_rest_of(const struct em_answers *a, enum em_register reg)
{
	uint32_t undefined = em_register_of(&a->regs[EM_ASKED_UNDEFINED], reg);
	uint32_t cpuid = em_register_of(&a->regs[EM_ASKED_CPUID], reg);

	if (em_is_unwritten(a, reg))
		return EM_HOLDS_UNWRITTEN;
	if (em_is_same(a, reg))
		return undefined ? EM_HOLDS_STATIC : EM_HOLDS_ZERO;
	return reg == EM_EDX && undefined == 0xffffffff && !cpuid ? EM_HOLDS_SENTINEL : EM_HOLDS_OTHER;
}

static inline bool em_may_be_figure(enum em_holds holds)
{
	return holds == EM_HOLDS_OTHER;
}

/* Cycles need ecx or ebx to move, and neither to be what was put in. */
static inline void em_tell_cycles(const struct em_answers *a, struct em_telling *t)
{
	enum em_holds *high = &t->reg[EM_EBX], *low = &t->reg[EM_ECX], told;

	if (*high == EM_HOLDS_UNWRITTEN || *low == EM_HOLDS_UNWRITTEN ||
	    (!em_may_be_figure(*high) && !em_may_be_figure(*low)))
		return;
	told = em_cycles_of(a, false);
	if (told == EM_HOLDS_OTHER) {
		told = em_cycles_of(a, true);
		t->is_swapped = told != EM_HOLDS_OTHER;
	}
	if (told != EM_HOLDS_OTHER)
		*high = *low = told;
}

/*
 * Whether a leaf answers as an unpatched KVM does, which gives the same for every reason.  On some
 * CPUs it answers with a topology leaf, which repeats the low byte of ecx.
 */
static inline bool em_is_stock(const struct em_answers *a)
{
	for (unsigned int i = 0; i < a->count; i++) {
		const struct em_regs *r = &a->regs[i], *first = &a->regs[0];
		bool is_echo = first->ecx == (a->sub[0] & 0xff) && r->ecx == (a->sub[i] & 0xff);

		if (r->eax != first->eax || r->ebx != first->ebx || r->edx != first->edx ||
		    (r->ecx != first->ecx && !is_echo))
			return false;
	}
	return true;
}

static inline struct em_telling em_telling_of(const struct em_answers *a)
{
	struct em_telling t = { .is_swapped = false };

	for (int reg = 0; reg < EM_REGISTERS; reg++)
		t.reg[reg] = em_rest_of(a, (enum em_register)reg);
	if (em_is_stock(a))
		return t;
	if (em_may_be_figure(t.reg[EM_EAX]))
		t.reg[EM_EAX] = em_exits_of(a);
	em_tell_cycles(a, &t);
	return t;
}

static inline enum em_holds em_tells_exits(const struct em_telling *t)
{
	return t->reg[EM_EAX];
}

static inline enum em_holds em_tells_cycles(const struct em_telling *t)
{
	return t->reg[EM_ECX];
}

/* Whether the leaf tells a figure. */
static inline bool em_tells(const struct em_telling *t)
{
	return em_tells_exits(t) >= EM_HOLDS_TOTAL || em_tells_cycles(t) >= EM_HOLDS_TOTAL;
}

/* What a leaf of a layout tells in eax, and in ebx:ecx; EM_HOLDS_ZERO: nothing. */
static inline enum em_holds em_wanted_exits(enum em_layout layout, uint32_t leaf)
{
	struct em_leaves l = em_leaves_of(layout);

	return leaf == l.total ? EM_HOLDS_TOTAL : leaf == l.reason ? EM_HOLDS_REASON : EM_HOLDS_ZERO;
}

static inline enum em_holds em_wanted_cycles(enum em_layout layout, uint32_t leaf)
{
	struct em_leaves l = em_leaves_of(layout);

	if (leaf == l.total_cycles || (leaf == l.total && layout == EM_SPLIT))
		return EM_HOLDS_TOTAL;
	return leaf == l.reason_cycles ? EM_HOLDS_REASON : EM_HOLDS_ZERO;
}

/* A figure that is told where it is wanted speaks for the layout, and any other one against it. */
static inline int em_fit_figure(enum em_holds told, enum em_holds wanted)
{
	if (told < EM_HOLDS_TOTAL)
		return 0;
	return told == wanted ? 1 : -1;
}

static inline int em_fit(enum em_layout layout, const struct em_telling telling[EM_NR_LEAVES],
			 unsigned int *ret_missing)
{
	int fit = 0;

	*ret_missing = 0;
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		uint32_t leaf = EM_LEAF_FIRST + i;
		enum em_holds exits = em_wanted_exits(layout, leaf), cycles = em_wanted_cycles(layout, leaf);

		fit += em_fit_figure(em_tells_exits(&telling[i]), exits);
		fit += em_fit_figure(em_tells_cycles(&telling[i]), cycles);
		*ret_missing += exits >= EM_HOLDS_TOTAL && em_tells_exits(&telling[i]) != exits;
		*ret_missing += cycles >= EM_HOLDS_TOTAL && em_tells_cycles(&telling[i]) != cycles;
	}
	return fit;
}

/*
 * The layout that fits best, and of two that fit as well the one of which less is missing.
 * EM_LAYOUTS: as much is told against each layout as for it, or nothing is told at all.
 */
static inline enum em_layout em_layout_spoken(const struct em_telling telling[EM_NR_LEAVES])
{
	enum em_layout best = EM_LAYOUTS;
	unsigned int least = 0;
	int most = 0;

	for (unsigned int layout = 0; layout < EM_LAYOUTS; layout++) {
		unsigned int missing;
		int fit = em_fit((enum em_layout)layout, telling, &missing);

		if (fit < most || fit <= 0 || (fit == most && missing >= least))
			continue;
		best = (enum em_layout)layout;
		most = fit;
		least = missing;
	}
	return best;
}

/* The four leaves' answers, from readings that were taken for all leaves at once. */
static inline void em_tell_leaves(const struct em_regs asked[EM_ASKED][EM_NR_LEAVES], unsigned int count,
				  uint32_t cpuid_reason, struct em_telling ret[EM_NR_LEAVES])
{
	for (unsigned int leaf = 0; leaf < EM_NR_LEAVES; leaf++) {
		struct em_answers a = { .fn = EM_LEAF_FIRST + leaf, .count = count };

		for (unsigned int i = 0; i < count; i++) {
			a.sub[i] = em_asked_reason((enum em_asked)i, cpuid_reason);
			a.regs[i] = asked[i][leaf];
		}
		ret[leaf] = em_telling_of(&a);
	}
}

#endif
