/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers that do not hold what they should, grouped by what each of them holds in its place: left
 * unwritten, 0 for the sentinel or the reverse, or something else.
 */
#ifndef EXITMETER_BREACHES_H
#define EXITMETER_BREACHES_H

#include "judge/finding.h"
#include "probe/speaks.h"

#define REG_BIT(reg) (1u << (reg))
#define REGS_ALL (REG_BIT(EM_REGISTERS) - 1)
#define BREACH_KINDS_MAX 32

/* One answer: of which leaf, by its title and number, and for which ecx. */
struct reading {
	const char *title;
	uint32_t leaf, number;
	const struct em_regs *regs;	/* borrowed */
};

struct breach {
	const char *title;
	unsigned int held;		/* what each register holds, as digits */
	unsigned int count;
	uint32_t first, last;		/* numbers */
	struct em_regs regs;		/* the first one's */
};

/* Zeroed, it is empty. */
struct breaches {
	bool may_leak;			/* the registers are of no use, so that a word in them is the kernel's */
	bool is_of_totals;		/* the leaves ignore ecx, so that numbers say nothing */
	unsigned int judged;		/* numbers that the caller has judged */
	unsigned int kinds, count;
	struct breach kind[BREACH_KINDS_MAX];	/* further kinds are added to the last one */
};

/* Compares the registers of `which` (bits by REG_BIT) with those of want. */
void breaches_add(struct breaches *b, const struct reading *r, const struct em_regs *want, unsigned int which);
/* Passes, or fails with the kinds, the most frequent first. */
void breaches_tell(struct breaches *b, enum em_vendor vendor, struct finding *f);

#endif
