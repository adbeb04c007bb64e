/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each of the four leaves means, and whose exits the counters count: found out by how they
 * behave (probe/speaks.h), not by what they should be.
 */
#ifndef EXITMETER_MEANING_H
#define EXITMETER_MEANING_H

#include <stdbool.h>

#include "evidence/point.h"
#include "probe/speaks.h"

/* Whose exits are counted. */
enum counted {
	COUNTED_UNKNOWN,	/* no leaf tells a total, or the host could not ask */
	COUNTED_VM,		/* the VM's own, from its creation on */
	COUNTED_MODULE,		/* those of all VMs since the module was loaded */
};

struct leaf_meaning {
	bool is_known;		/* a point is complete whose probe asked the leaf */
	bool is_answered;	/* otherwise than an unpatched KVM answers it */
	/*
	 * EM_HOLDS_TOTAL: exits, or cycles, in total.  EM_HOLDS_REASON: those of the reason in ecx.
	 * Any other: there is no such figure.
	 */
	enum em_holds exits, cycles;
	struct em_telling telling;	/* of each register */
	char why[200];		/* what each register does, in words; "" unless is_known */
};

/* Finds it out from a point that is complete; NULL: nothing is known. */
void meaning_tell(const struct point *p, struct leaf_meaning ret[EM_NR_LEAVES]);
/* Whether it is what a KVM answers for a leaf that it does not know, read with this ecx. */
bool meaning_is_stock(const struct point *p, const struct em_regs *r, uint32_t ecx);
/*
 * Whose exits a fresh VM reads in the four leaves after n CPUIDs of another VM; n is more than its own.
 */
enum counted meaning_counted(const struct leaf_meaning meaning[EM_NR_LEAVES],
			     const struct em_regs fresh[EM_NR_LEAVES], uint64_t n);
/*
 * Whether its cycles have grown between two readings by more than the VM itself can have caused in the
 * `tsc` cycles that it ran.
 */
bool meaning_counts_others_cycles(const struct leaf_meaning meaning[EM_NR_LEAVES],
				  const struct em_regs fresh[EM_NR_LEAVES],
				  const struct em_regs beside[EM_NR_LEAVES], uint64_t tsc);
/* What the leaf tells, in words: "total exits and total cycles", "nothing that is known". */
const char *meaning_title(const struct leaf_meaning *m);

#endif
