// SPDX-License-Identifier: GPL-2.0-only
#include "judge/consequence.h"

#include <string.h>

#include "base/memory.h"
#include "judge/clause.h"

#define CAUSES_MAX 8

/*
 * What a clause can follow from, the likeliest cause first.  That the figures are wrong at all is a
 * cause; that one figure disagrees with another follows.  Wrong patches prove it: what stands under
 * "Follows" in tests/mutants is what one mistake makes fail besides its own clause.
 */
static const struct {
	const char *clause, *causes[CAUSES_MAX];
} known[] = {
	{ "cpuid-counted", { "total-grows" } },
	{ "concurrent", { "total-grows", "cpuid-counted" } },
	{ "sum-exits", { "total-grows", "cpuid-counted", "concurrent" } },
	{ "op-cpuid", { "cpuid-counted", "total-grows", "concurrent", "sum-exits" } },
	{ "op-port", { "sum-exits" } },
	{ "sum-cycles", { "cycles-plausible", "cycles-carry", "sum-exits" } },
	{ "cycles-plausible", { "cycles-carry" } },
	{ "cycles-handling", { "sum-cycles", "cycles-plausible", "cycles-carry", "sum-exits" } },
	{ "cycles-pace", { "cycles-handling", "sum-cycles", "cycles-plausible", "cycles-carry" } },
	{ "cycles-wait", { "cycles-handling", "cycles-each", "sum-cycles", "cycles-plausible", "cycles-carry", "sum-exits" } },
	{ "cycles-userspace", { "cycles-pace", "cycles-handling", "sum-cycles", "cycles-plausible", "cycles-carry" } },
	{ "cycles-unit", { "cycles-wait", "cycles-pace", "cycles-handling", "sum-cycles", "cycles-plausible",
			   "cycles-carry" } },
	{ "other-leaves", { "paging" } },
	{ "kernel-mode", { "total-grows", "cpuid-counted", "regs-undefined" } },
	{ "boot-totals", { "total-grows", "cycles-plausible", "cycles-carry" } },
	{ "host-agrees", { "oracle-trace", "concurrent", "sum-cycles", "cycles-plausible", "cycles-carry", "neighbour" } },
	{ "oracle-stat", { "oracle-trace", "concurrent" } },
	{ "oracle-points", { "oracle-trace", "concurrent", "total-grows", "neighbour" } },
	{ "oracle-trace", { "concurrent" } },
	{ "fast-path", { "oracle-points", "oracle-trace" } },
	{ "regs-totals", { "cycles-plausible", "cycles-carry" } },
	{ "regs-valid", { "sentinel-valid" } },
	{ "regs-not-enabled", { "sentinel-valid" } },
	{ "cpuid-tool", { "regs-totals", "regs-valid", "total-grows", "concurrent", "cycles-plausible", "cycles-carry" } },
};

/* If two leaves are swapped, or tell something else, each clause looks at the wrong figures. */
#define CAUSE_OF_ALL "layout"

static struct finding *find(struct finding *findings, const char *id)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!strcmp(clauses[i].id, id))
			return &findings[i];
	return NULL;
}

static bool is_cause(const struct finding *cause, const struct finding *f)
{
	return cause && (cause->verdict == VERDICT_FAIL ||
			 (cause->verdict == VERDICT_ADVICE && f->verdict == VERDICT_ADVICE));
}

static const struct finding *find_cause(struct finding *findings, const struct finding *f)
{
	const struct finding *cause = find(findings, CAUSE_OF_ALL);

	if (f->clause->figures && is_cause(cause, f))
		return cause;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(known[i].clause, f->clause->id))
			continue;
		for (unsigned int k = 0; k < CAUSES_MAX && known[i].causes[k]; k++) {
			cause = find(findings, known[i].causes[k]);
			if (is_cause(cause, f))
				return cause;
		}
	}
	return NULL;
}

/* The table has no circle (a unit test walks it), so that each chain ends. */
void consequence_find(struct finding *findings)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		struct finding *f = &findings[i];
		const struct finding *cause;

		if (f->verdict != VERDICT_FAIL && f->verdict != VERDICT_ADVICE)
			continue;
		for (cause = find_cause(findings, f); cause; cause = find_cause(findings, cause))
			f->cause = cause->clause;
	}
}
