// SPDX-License-Identifier: GPL-2.0-only
#include "judge/clause_needs.h"

#include <string.h>

#include "base/memory.h"

/*
 * Whether our own modules were measured, so that what they and their build leave behind must be
 * there.
 */
static bool is_reference(const struct case_file *cf)
{
	const char *modules = cf->evidence.modules;

	return cf->evidence.module_build && modules && !strcmp(modules, "patched");
}

static bool misses_implementation(const struct case_file *cf, struct finding *f)
{
	if (cf->implementation == IMPLEMENTATION_NONE)
		finding_set(f, VERDICT_SKIP, "not implemented");
	else if (cf->implementation == IMPLEMENTATION_UNKNOWN)
		finding_lose(f, "no point's records are whole");
	else
		return false;
	return true;
}

static bool misses_vendor(const struct case_file *cf, struct finding *f)
{
	if (cf->vendor != EM_UNKNOWN)
		return false;
	finding_set(f, VERDICT_SKIP, "neither host nor guest tells the CPU's vendor");
	return true;
}

/* What is missing is told by the clause `implemented`, and by no other. */
static bool misses_figure(const struct case_file *cf, enum figure_bit figure, const char *title, struct finding *f)
{
	if (case_tells(cf, figure))
		return false;
	if (!case_leaf(cf, figure))
		finding_set(f, VERDICT_SKIP, "this layout has no leaf for it");
	else
		finding_set(f, VERDICT_SKIP, "this KVM tells no %s", title);
	return true;
}

static bool misses_exits(const struct case_file *cf, struct finding *f)
{
	return misses_figure(cf, FIGURE_EXITS, "total exits", f);
}

static bool misses_cycles(const struct case_file *cf, struct finding *f)
{
	return misses_figure(cf, FIGURE_CYCLES, "total cycles", f);
}

static bool misses_reasons(const struct case_file *cf, struct finding *f)
{
	return misses_figure(cf, FIGURE_REASON_EXITS, "exits of a reason", f);
}

static bool misses_reason_cycles(const struct case_file *cf, struct finding *f)
{
	return misses_figure(cf, FIGURE_REASON_CYCLES, "cycles of a reason", f);
}

/*
 * A file that is damaged is lost.  So is one that is missing though our own modules leave it behind
 * (is_owed), because the run would pass without it.  A stranger's modules need not leave it.
 */
static bool misses_input(const struct case_file *cf, enum case_input input, bool is_owed, struct finding *f)
{
	bool is_skip = cf->input[input].state == INPUT_ABSENT && !(is_owed && is_reference(cf));
	const char *why = cf->input[input].why;

	if (case_has_input(cf, input))
		return false;
	finding_set(f, is_skip ? VERDICT_SKIP : VERDICT_LOST, "%s", why ? why : "?");
	return true;
}

/* What a clause may need, in the order in which it is asked: a check of its own, or an input. */
static const struct {
	unsigned int need;
	bool (*misses)(const struct case_file *cf, struct finding *f);
	enum case_input input;
	bool is_owed;
} needs[] = {
	{ NEEDS_IMPLEMENTATION, .misses = misses_implementation },
	{ NEEDS_VENDOR, .misses = misses_vendor },
	{ NEEDS_EXITS, .misses = misses_exits },
	{ NEEDS_CYCLES, .misses = misses_cycles },
	{ NEEDS_REASONS, .misses = misses_reasons },
	{ NEEDS_REASON_CYCLES, .misses = misses_reason_cycles },
	{ NEEDS_ENABLED, .input = CASE_ENABLED, .is_owed = true },
	{ NEEDS_HOST, .input = CASE_HOST, .is_owed = true },
	/* A kernel may have no way to count exits inside it; the run's progress tells. */
	{ NEEDS_TRACE, .input = CASE_TRACE },
	{ NEEDS_HOST_CHECKS, .input = CASE_HOST_CHECKS },
	{ NEEDS_STAT, .input = CASE_STAT, .is_owed = true },
};

bool clause_misses_needs(const struct clause *clause, const struct case_file *cf, struct finding *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (!(clause->needs & needs[i].need))
			continue;
		if (needs[i].misses ? needs[i].misses(cf, f) :
				      misses_input(cf, needs[i].input, needs[i].is_owed, f))
			return true;
	}
	return false;
}
