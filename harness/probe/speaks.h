/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds out which layout a KVM has.  The four leaves are asked for two reasons: first for
 * an undefined one, then for that of CPUID, which has exits by then.  The answers show
 * what each leaf is for.  The probe uses this to choose a layout, and the harness to
 * judge whether the layout is the one that was claimed.
 */
#ifndef EXITMETER_SPEAKS_H
#define EXITMETER_SPEAKS_H

#include <stdbool.h>

#include "record.h"

/* What a leaf turns out to answer with; unknown stands for other figures, or none. */
enum em_role { EM_ROLE_UNKNOWN, EM_ROLE_EXITS, EM_ROLE_CYCLES, EM_ROLE_REASON, EM_ROLE_REASON_CYCLES };
static const char *const em_role_names[] = {
	"nothing that is known", "total exits", "total cycles", "exits of a reason", "cycles of a reason",
};

/* The two reasons, in the order in which they are asked for; each is asked of all four leaves. */
enum em_asked { EM_ASKED_UNDEFINED, EM_ASKED_CPUID, EM_ASKED };
#define EM_UNDEFINED_REASON 0xffffu	/* neither vendor defines it */
#define EM_NR_LEAVES 4

/*
 * Whether a leaf answers as an unpatched KVM does, which gives the same for both reasons.
 * On some CPUs it answers with a topology leaf, which repeats the low byte of ecx.
 */
static inline bool em_is_static(const struct em_regs *undefined, const struct em_regs *cpuid)
{
	bool is_echo = undefined->ecx == (EM_UNDEFINED_REASON & 0xff) &&
		       (cpuid->ecx == EM_SVM_CPUID || cpuid->ecx == EM_VMX_CPUID);

	return undefined->eax == cpuid->eax && undefined->ebx == cpuid->ebx &&
	       (undefined->ecx == cpuid->ecx || is_echo) && undefined->edx == cpuid->edx;
}

/* A leaf that ignores the reason gives about the same twice; it has grown a little meanwhile. */
static inline enum em_role em_role_of(const struct em_regs *undefined, const struct em_regs *cpuid)
{
	bool has_cycles = cpuid->ebx || cpuid->ecx;

	if (em_is_static(undefined, cpuid))
		return EM_ROLE_UNKNOWN;
	if (cpuid->eax)
		return undefined->eax && undefined->eax <= cpuid->eax && cpuid->eax - undefined->eax < 100000 ?
			EM_ROLE_EXITS : EM_ROLE_REASON;
	if (!has_cycles)
		return EM_ROLE_UNKNOWN;
	return undefined->ebx || undefined->ecx ? EM_ROLE_CYCLES : EM_ROLE_REASON_CYCLES;
}

/* What a leaf of the layout is for.  A leaf with both totals counts as one of total exits. */
static inline enum em_role em_role_wanted(enum em_layout layout, uint32_t leaf)
{
	struct em_leaves l = em_leaves_of(layout);

	if (leaf == l.total)
		return EM_ROLE_EXITS;
	if (leaf == l.total_cycles)
		return EM_ROLE_CYCLES;
	if (leaf == l.reason)
		return EM_ROLE_REASON;
	return leaf == l.reason_cycles ? EM_ROLE_REASON_CYCLES : EM_ROLE_UNKNOWN;
}

/* The layout that all four leaves fit, also those that it leaves unused; EM_LAYOUTS if none is. */
static inline enum em_layout em_layout_spoken(const struct em_regs asked[EM_ASKED][EM_NR_LEAVES])
{
	for (unsigned int layout = 0; layout < EM_LAYOUTS; layout++) {
		unsigned int fit = 0;

		for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
			fit += em_role_of(&asked[EM_ASKED_UNDEFINED][i], &asked[EM_ASKED_CPUID][i]) ==
			       em_role_wanted((enum em_layout)layout, EM_LEAF_FIRST + i);
		if (fit == EM_NR_LEAVES)
			return (enum em_layout)layout;
	}
	return EM_LAYOUTS;
}

#endif
