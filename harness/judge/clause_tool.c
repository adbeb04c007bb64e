// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures as another program reads them: Debian's cpuid runs in the guest between two readings
 * of the probe.  A count can only have grown in between, and the other registers have no reason to
 * change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "judge/clause.h"

static bool is_count_within(uint32_t low, uint32_t x, uint32_t high)
{
	return count_has_grown(low, x) && count_has_grown(x, high);
}

/* Whether the leaf has a count of exits in eax, and, below, cycles in ebx:ecx. */
static bool tells_exits(const struct em_leaves *l, uint32_t fn)
{
	return fn == l->total || fn == l->reason;
}

static bool tells_cycles(const struct em_leaves *l, enum em_layout layout, uint32_t fn)
{
	return fn == l->total_cycles || (l->reason_cycles && fn == l->reason_cycles) ||
	       (fn == l->total && layout != EM_REVERSED);
}

static bool is_same(uint32_t before, uint32_t says, uint32_t after)
{
	return says == before && says == after;
}

static bool is_right(enum em_layout layout, const struct tool_record *t)
{
	const struct em_leaves leaves = em_leaves_of(layout);
	const struct em_regs *a = &t->before, *x = &t->says, *b = &t->after;
	bool has_exits = tells_exits(&leaves, t->asked.fn);
	bool has_cycles = tells_cycles(&leaves, layout, t->asked.fn);

	return (has_exits ? is_count_within(a->eax, x->eax, b->eax) : is_same(a->eax, x->eax, b->eax)) &&
	       (has_cycles ? regs_cycles(a) <= regs_cycles(x) && regs_cycles(x) <= regs_cycles(b) :
			     is_same(a->ebx, x->ebx, b->ebx) && is_same(a->ecx, x->ecx, b->ecx)) &&
	       is_same(a->edx, x->edx, b->edx);
}

static bool has_moved(const struct tool_record *t)
{
	return memcmp(&t->before, &t->after, sizeof(t->before)) != 0;
}

static void tell_wrong(const struct tool_record *t, struct finding *f)
{
	char to[48] = "";

	if (has_moved(t))
		snprintf(to, sizeof(to), " to " EM_REGS_FMT, EM_REGS_ARG(&t->after));
	finding_wanted(f, "leaf 0x%X, ecx 0x%X: " EM_REGS_FMT "%s, as the probe read before and after",
		       t->asked.fn, t->asked.sub, EM_REGS_ARG(&t->before), to);
	finding_set(f, VERDICT_FAIL, EM_REGS_FMT, EM_REGS_ARG(&t->says));
}

/* A tool that is not there is not judged.  One that is there must work, or its figures are lost. */
static void tell_none(const struct notool_record *n, struct finding *f)
{
	char how[48];

	switch (n->why) {
	case EM_TOOL_ABSENT:
		finding_set(f, VERDICT_SKIP, "the guest has no cpuid tool");
		return;
	case EM_TOOL_EXITED:
		snprintf(how, sizeof(how), "exited with code %" PRIu64, n->code);
		break;
	case EM_TOOL_KILLED:
		snprintf(how, sizeof(how), "was ended by signal %" PRIu64, n->code);
		break;
	case EM_TOOL_LATE:
		snprintf(how, sizeof(how), "did not end in time");
		break;
	case EM_TOOL_RUBBISH:
		snprintf(how, sizeof(how), "printed something that is no answer");
		break;
	default:
		snprintf(how, sizeof(how), "could not be started (errno %" PRIu64 ")", n->code);
	}
	finding_set(f, VERDICT_LOST, EM_TOOL_PATH " in the guest %s, asked for leaf 0x%X, ecx 0x%X", how,
		    n->asked.fn, n->asked.sub);
}

void clause_cpuid_tool(const struct case_file *cf, struct finding *f)
{
	const struct point *p = &cf->records.point[EM_SHUTDOWN];
	unsigned int unmoved = 0;

	if (!case_has_point(cf, EM_SHUTDOWN)) {
		finding_lose(f, "the point shutdown is lost");
		return;
	}
	for (unsigned int i = 0; i < p->tool_count; i++) {
		if (!is_right(p->layout, &p->tool[i])) {
			tell_wrong(&p->tool[i], f);
			return;
		}
		unmoved += !has_moved(&p->tool[i]);
	}
	if (p->notool.why != EM_TOOL_ANSWERED)
		tell_none(&p->notool, f);
	else if (!p->tool_count)
		finding_set(f, VERDICT_SKIP, "an older probe does not ask it");
	else
		finding_set(f, VERDICT_PASS, "%u answers, %u of them of what had not moved", p->tool_count,
			    unmoved);
}
