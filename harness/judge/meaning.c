// SPDX-License-Identifier: GPL-2.0-only
#include "judge/meaning.h"

#include <stdio.h>
#include <string.h>

static const char *const held[] = {
	[EM_HOLDS_OTHER] = "holds what is no figure",
	[EM_HOLDS_ZERO] = "is 0",
	[EM_HOLDS_STATIC] = "never moves",
	[EM_HOLDS_UNWRITTEN] = "is left unwritten",
	[EM_HOLDS_SENTINEL] = "tells undefined reasons",
};

/* Appends "REGISTERS does WHAT" to a list. */
static void add(char *text, size_t size, const char *registers, const char *does)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s %s", len ? ", " : "", registers, does);
}

static void tell_why(struct leaf_meaning *m)
{
	static const char *const names[EM_REGISTERS] = { "eax", "ebx", "ecx", "edx" };
	bool has_cycles = m->cycles >= EM_HOLDS_TOTAL;

	for (int reg = 0; reg < EM_REGISTERS; reg++) {
		enum em_holds holds = m->telling.reg[reg];

		if (holds < EM_HOLDS_TOTAL)
			add(m->why, sizeof(m->why), names[reg], held[holds]);
		else if (reg == EM_EAX)
			add(m->why, sizeof(m->why), "eax", holds == EM_HOLDS_TOTAL ? "grows with each CPUID" :
			    "grows with each CPUID for that reason alone");
		else if (reg == EM_EBX && has_cycles)
			add(m->why, sizeof(m->why), m->telling.is_swapped ? "ecx:ebx" : "ebx:ecx",
			    holds == EM_HOLDS_TOTAL ? "grows with time" : "grows with the reason's exits");
	}
}

const char *meaning_title(const struct leaf_meaning *m)
{
	static const char *const titles[3][3] = {
		{ "nothing that is known", "total cycles", "cycles of a reason" },
		{ "total exits", "total exits and total cycles", "total exits and cycles of a reason" },
		{ "exits of a reason", "exits of a reason and total cycles", "exits and cycles of a reason" },
	};
	int exits = m->exits < EM_HOLDS_TOTAL ? 0 : 1 + (m->exits == EM_HOLDS_REASON);
	int cycles = m->cycles < EM_HOLDS_TOTAL ? 0 : 1 + (m->cycles == EM_HOLDS_REASON);

	return titles[exits][cycles];
}

/* Whether each register gives back what was in it, or a 0. */
static bool is_untouched(const struct em_telling *t)
{
	for (int reg = 0; reg < EM_REGISTERS; reg++)
		if (t->reg[reg] != EM_HOLDS_UNWRITTEN && t->reg[reg] != EM_HOLDS_ZERO)
			return false;
	return true;
}

bool meaning_is_stock(const struct point *p, const struct em_regs *r, uint32_t ecx)
{
	static const struct em_regs zeros;

	if (regs_are_equal(r, &zeros) || regs_are_equal(r, &p->leaf[EM_TAG_BEYOND].regs))
		return true;
	/* The topology leaves give ecx and the number of the APIC back, whatever the subleaf is. */
	return ecx && !r->eax && !r->ebx && r->ecx == (ecx & 0xff);
}

static bool is_stock(const struct point *p, unsigned int leaf)
{
	for (unsigned int i = 0; i < p->asked_count; i++)
		if (!meaning_is_stock(p, &p->asked[i][leaf], em_asked_reason((enum em_asked)i, p->asked_cpuid)))
			return false;
	return true;
}

void meaning_tell(const struct point *p, struct leaf_meaning ret[EM_NR_LEAVES])
{
	struct em_telling telling[EM_NR_LEAVES];

	memset(ret, 0, EM_NR_LEAVES * sizeof(*ret));
	if (!p || !p->asked_count)
		return;
	em_tell_leaves(p->asked, p->asked_count, p->asked_cpuid, telling);
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		struct leaf_meaning *m = &ret[i];

		m->is_known = true;
		m->telling = telling[i];
		m->is_answered = !is_stock(p, i) && !is_untouched(&telling[i]);
		m->exits = em_tells_exits(&telling[i]);
		m->cycles = em_tells_cycles(&telling[i]);
		tell_why(m);
	}
}

/* All readings were for the reason of CPUID, so that a leaf of reasons tells as much as one of totals. */
enum counted meaning_counted(const struct leaf_meaning meaning[EM_NR_LEAVES],
			     const struct em_regs fresh[EM_NR_LEAVES], uint64_t n)
{
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		if (meaning[i].exits >= EM_HOLDS_TOTAL)
			return fresh[i].eax < n ? COUNTED_VM : COUNTED_MODULE;
	return COUNTED_UNKNOWN;
}

bool meaning_counts_others_cycles(const struct leaf_meaning meaning[EM_NR_LEAVES],
				  const struct em_regs fresh[EM_NR_LEAVES],
				  const struct em_regs beside[EM_NR_LEAVES], uint64_t tsc)
{
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		if (meaning[i].cycles >= EM_HOLDS_TOTAL && !meaning[i].telling.is_swapped)
			return regs_cycles(&beside[i]) - regs_cycles(&fresh[i]) > tsc;
	return false;
}
