// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cycles are the time that an exit takes to be handled: they differ between kinds of exits, and
 * they are 64 bits wide.
 */
#include <inttypes.h>

#include "judge/clause.h"

#define WORK_PART 0.02

/* Finds the least of all points; 0: no point has seen one. */
static void find_least(const struct case_file *cf, uint64_t *ret_cpuid, uint64_t *ret_fault)
{
	*ret_cpuid = *ret_fault = 0;
	for (int i = 0; i < EM_POINTS; i++) {
		const struct handling_record *h = &cf->records.point[i].handling;

		if (!case_has_point(cf, (enum em_point)i) || !h->seen)
			continue;
		if (!*ret_cpuid || h->cpuid < *ret_cpuid)
			*ret_cpuid = h->cpuid;
		if (h->faults && (!*ret_fault || h->fault < *ret_fault))
			*ret_fault = h->fault;
	}
}

/*
 * The slow exit is a nested page fault, for which KVM must find memory, or where only totals are told an undefined
 * instruction, which it must decode; for a CPUID it only looks up a table.
 * If the clock stops before the handler runs, both take the same time, and without noise, since
 * these are the least of many.  The limit of half as much again is above that.  Where KVM decodes a CPUID too, as on
 * TCG's SVM without NRIPS (svm_skip_emulated_instruction()), a right patch may tell as much for both: so this is no
 * fault where cycles-wait has proved that a handler's time is measured.
 */
void clause_cycles_handling(const struct case_file *cf, struct finding *f)
{
	uint64_t cpuid, fault;
	bool is_slow;

	find_least(cf, &cpuid, &fault);
	if (!fault) {
		finding_set(f, VERDICT_SKIP, "no slow exit was seen alone");
		return;
	}
	is_slow = fault > cpuid + cpuid / 2;
	if (cpuid > 0 && !is_slow && clause_waits_hold(cf)) {
		finding_set(f, VERDICT_SKIP, "the slow exit, %" PRIu64 " cycles, is not slow here beside a CPUID's %" PRIu64
			    "; cycles-wait tells that handling is measured", fault, cpuid);
		return;
	}
	finding_wanted(f, "a slow exit of more than %" PRIu64 " cycles: half as much again as a CPUID",
		       cpuid + cpuid / 2);
	finding_set(f, cpuid > 0 && is_slow ? VERDICT_PASS : VERDICT_FAIL,
		    "at the least %" PRIu64 " for a CPUID, %" PRIu64 " for a slow exit", cpuid, fault);
}

static const struct pace_record *find_pace(const struct case_file *cf)
{
	for (int i = EM_POINTS - 1; i >= 0; i--)
		if (case_has_point(cf, (enum em_point)i) && cf->records.point[i].pace.seen)
			return &cf->records.point[i].pace;
	return NULL;
}

/* What was not measured is not most of the time. */
static bool is_most(const struct pace *p)
{
	return p->tsc && p->cycles > p->tsc / 2;
}

/* Where vCPUs take turns on a CPU of the host, much of the time of a page fault is another one's. */
static bool take_turns(const struct case_file *cf)
{
	uint64_t cpus = case_has_input(cf, CASE_HOST_CHECKS) ? cf->host_checks.cpus : 0;

	return cpus && cpus < cf->vcpus;
}

/* While a guest computes or sleeps it has next to no exits. */
void clause_cycles_pace(const struct case_file *cf, struct finding *f)
{
	const struct pace_record *r = find_pace(cf);

	if (!r) {
		finding_set(f, VERDICT_SKIP, "an older probe does not measure it");
		return;
	}
	finding_set(f, is_most(&r->busy) || is_most(&r->asleep) ? VERDICT_FAIL : VERDICT_PASS,
		    "%" PRIu64 " of %" PRIu64 " cycles of TSC while it computed, %" PRIu64 " of %" PRIu64
		    " while it slept", r->busy.cycles, r->busy.tsc, r->asleep.cycles, r->asleep.tsc);
}

/*
 * Where a page fault must find memory, part of the time is its handling.  How much depends on the
 * machine and on chance: four runs of a right patch showed 8, 17, 77 and 89 percent.  A clock that
 * stops before the handler leaves less than one by the cycles of a reason, and 3 to 16 by totals, between
 * which other exits lie.  So this can only be advice.
 */
void clause_cycles_unit(const struct case_file *cf, struct finding *f)
{
	const struct pace_record *r = find_pace(cf);

	if (!r || !r->work.tsc || take_turns(cf)) {
		finding_set(f, VERDICT_SKIP, "no long page fault was measured");
		return;
	}
	finding_set(f, (double)r->work.cycles <= (double)r->work.tsc * WORK_PART ? VERDICT_FAIL : VERDICT_PASS,
		    "%" PRIu64 " of %" PRIu64 " cycles of TSC in a page fault", r->work.cycles, r->work.tsc);
}

static const struct carry_record *find_carry(const struct case_file *cf)
{
	for (int i = EM_POINTS - 1; i >= 0; i--)
		if (case_has_point(cf, (enum em_point)i) && cf->records.point[i].carry.count)
			return &cf->records.point[i].carry;
	return NULL;
}

void clause_cycles_carry(const struct case_file *cf, struct finding *f)
{
	const struct carry_record *c = find_carry(cf);
	uint64_t before, after;

	if (!c) {
		finding_set(f, VERDICT_SKIP, "--carry was not asked for");
		return;
	}
	before = regs_cycles(&c->before);
	after = regs_cycles(&c->after);
	if (c->after.ecx >= c->before.ecx && c->after.ebx == c->before.ebx) {
		finding_set(f, VERDICT_SKIP, "the low half did not carry in %" PRIu64 " CPUIDs", c->count);
		return;
	}
	finding_wanted(f, "ebx:ecx higher by no more than the %" PRIu64 " cycles of TSC that passed", c->tsc);
	/* With several vCPUs, exits of the others may have begun long before. */
	finding_set(f, after > before && (cf->vcpus > 1 || after - before <= c->tsc) ?
		    VERDICT_PASS : VERDICT_FAIL, "%08x:%08x, then %08x:%08x (%+" PRId64 ")",
		    c->before.ebx, c->before.ecx, c->after.ebx, c->after.ecx, (int64_t)(after - before));
}
