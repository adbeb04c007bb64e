// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's figures compared with each other.  eax tells the low 32 bits of a count, so that
 * exits are compared modulo 2^32.  A sweep takes time: each reason is read between the total before
 * the sweep and the total after it.  No counter shrinks, so that the sum of the reasons lies
 * between the two totals.
 */
#include <inttypes.h>

#include "judge/clause.h"
#include "judge/reasons.h"

static uint32_t total_exits(const struct point *p, enum em_tag tag)
{
	return p->leaf[tag].regs.eax;
}

static uint64_t total_cycles(const struct point *p, enum em_tag tag)
{
	return regs_cycles(&p->leaf[tag].regs);
}

static uint32_t cpuid_number(const struct case_file *cf)
{
	return cf->vendor == EM_SVM ? EM_SVM_CPUID : EM_VMX_CPUID;
}

/*
 * Between the two totals are the CPUID of the cycles, those of the four raw leaves, and the spin.
 */
void clause_total_grows(const struct case_file *cf, const struct point *p, struct finding *f)
{
	uint32_t first = total_exits(p, EM_TAG_FIRST_TOTAL);
	uint32_t again = total_exits(p, EM_TAG_AGAIN_TOTAL);

	(void)cf;
	finding_wanted(f, "total exits at least %" PRIu64 " higher after %" PRIu64 " CPUIDs",
		       p->spin_count, p->spin_count);
	finding_set(f, count_has_grown_by(first, again, p->spin_count) ? VERDICT_PASS : VERDICT_FAIL,
		    "%u, then %u (%+d)", first, again, (int32_t)(again - first));
}

void clause_cpuid_counted(const struct case_file *cf, const struct point *p, struct finding *f)
{
	uint32_t before = p->spin_before.eax, after = p->spin_after.eax;
	char number[24];

	/* The probe asks for the CPUID reason of the CPU that it sees. */
	if (p->vendor != cf->vendor) {
		finding_set(f, VERDICT_SKIP, "the guest sees another vendor's CPU");
		return;
	}
	reason_number(cf->vendor, cpuid_number(cf), number);
	finding_wanted(f, "reason %s at least %" PRIu64 " higher after %" PRIu64 " CPUIDs", number,
		       p->spin_count, p->spin_count);
	finding_set(f, count_has_grown_by(before, after, p->spin_count) ? VERDICT_PASS : VERDICT_FAIL,
		    "%u, then %u (%+d)", before, after, (int32_t)(after - before));
}

/* A host that runs one vCPU after the other has no two of them in KVM at once. */
static bool has_one_cpu(const struct case_file *cf)
{
	return case_has_input(cf, CASE_HOST_CHECKS) && cf->host_checks.cpus == 1;
}

void clause_concurrent(const struct case_file *cf, const struct point *p, struct finding *f)
{
	const struct crowd_record *c = &p->crowd;
	uint32_t grown = c->after.eax - c->before.eax;

	if (!c->threads) {
		finding_set(f, VERDICT_SKIP, p->cpus < 2 ? "the guest has one CPU" : "the probe got no threads");
		return;
	}
	if (p->vendor != cf->vendor) {
		finding_set(f, VERDICT_SKIP, "the guest sees another vendor's CPU");
		return;
	}
	if (!case_tells(cf, FIGURE_REASON_EXITS) && !case_tells(cf, FIGURE_EXITS)) {
		finding_set(f, VERDICT_SKIP, "this KVM tells no exits");
		return;
	}
	/* The CPUID that asks afterwards counts itself too. */
	finding_wanted(f, "the CPUID reason at least %" PRIu64 " higher after the CPUIDs of %" PRIu64 " threads, and "
		       "never lower than before", c->count + 1, c->threads);
	finding_set(f, count_has_grown_by(c->before.eax, c->after.eax, c->count + 1) && !c->shrunk ?
		    VERDICT_PASS : VERDICT_FAIL,
		    "%u, then %u (%+d); lower %" PRIu64 " times", c->before.eax, c->after.eax, (int32_t)grown,
		    c->shrunk);
	if (f->verdict == VERDICT_PASS && has_one_cpu(cf))
		finding_set(f, VERDICT_SKIP, "none was lost, but the host has one CPU, on which two vCPUs never count at once: "
			    "not tried");
}

/* How many CPUIDs there are from the total before the sweep to the reading of a number's exits. */
static uint32_t cpuids_until(const struct point *p, unsigned int index)
{
	uint32_t per_number = em_leaves_of(p->layout).reason_cycles ? 2 : 1;

	return index * per_number + 2;
}

static unsigned int cpuid_index(const struct case_file *cf)
{
	unsigned int i = 0;

	while (em_sweep_number(i) != cpuid_number(cf))
		i++;
	return i;
}

/*
 * Whether the number's answer is part of the sum: that of each reason that the manual knows, also where
 * this KVM has no handler, since an entry beyond a table's end shows there.  An eax that holds the leaf's
 * number was not written.
 */
static bool is_summed(const struct case_file *cf, const struct point *p, unsigned int index)
{
	const struct em_regs *r = &p->sweep[index].exits;

	return reason_standing(cf->vendor, em_sweep_number(index)) != REASON_UNDEFINED &&
	       r->eax != em_leaves_of(p->layout).reason;
}

/*
 * How many exits may be in the total and not yet in their reason: our own specification counts both at
 * once, and others do not ask for it.
 */
static uint32_t under_way(const struct case_file *cf)
{
	return edition_is_own(cf->edition) ? 0 : cf->vcpus;
}

/*
 * The number of the sweep's own CPUIDs is known exactly: those before the CPUID reason is read are
 * in the sum, those after it are not.  So the bounds leave room only for other exits during the
 * sweep.
 */
void clause_sum_exits(const struct case_file *cf, const struct point *p, struct finding *f)
{
	uint32_t before = total_exits(p, EM_TAG_BEFORE_TOTAL);
	uint32_t after = total_exits(p, EM_TAG_AFTER_TOTAL);
	uint32_t cpuids = cpuids_until(p, EM_SWEEP_COUNT);
	uint32_t in_sum = cpuids_until(p, cpuid_index(cf));
	uint32_t low = before + in_sum - under_way(cf), high = after - (cpuids - in_sum), sum = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (is_summed(cf, p, i))
			sum += p->sweep[i].exits.eax;
	if (after - before < cpuids) {
		finding_wanted(f, "a total at least %u higher after a sweep of as many CPUIDs", cpuids);
		finding_set(f, VERDICT_FAIL, "%u before, %u after", before, after);
		return;
	}
	finding_wanted(f, "a sum from %u to %u: total before %u and after %u, the sweep's CPUIDs apart",
		       low, high, before, after);
	finding_set(f, sum - low <= high - low ? VERDICT_PASS : VERDICT_FAIL, "%u (%+d)", sum,
		    (int32_t)(sum - low));
}

void clause_sum_cycles(const struct case_file *cf, const struct point *p, struct finding *f)
{
	uint64_t before = total_cycles(p, EM_TAG_BEFORE_CYCLES);
	uint64_t after = total_cycles(p, EM_TAG_AFTER_CYCLES);
	uint64_t sum = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (reason_standing(cf->vendor, em_sweep_number(i)) != REASON_UNDEFINED)
			sum += regs_cycles(&p->sweep[i].cycles);
	finding_wanted(f, "a sum between %" PRIu64 " (total before) and %" PRIu64 " (after)", before,
		       after);
	finding_set(f, before <= sum && sum <= after ? VERDICT_PASS : VERDICT_FAIL,
		    "%" PRIu64 " (%+" PRId64 " against the total before)", sum,
		    (int64_t)(sum - before));
}

/*
 * Compares the growth between two readings with the time since before the first of them.  With
 * several vCPUs, the exit of another one may have begun long before and end in between: of so short
 * a time it can then be said only that the cycles must grow.
 */
static bool judge_pair(const struct case_file *cf, const struct point *p, enum em_tag from,
		       enum em_tag to, struct finding *f)
{
	uint64_t a = total_cycles(p, from), b = total_cycles(p, to);
	uint64_t elapsed = p->leaf[to].tsc - p->leaf[from - 1].tsc;

	if (b > a && (cf->vcpus > 1 || b - a <= elapsed))
		return true;
	finding_set(f, VERDICT_FAIL, "cycles %" PRIu64 ", then %" PRIu64 " (%+" PRId64 ") in %" PRId64
		    " cycles of TSC", a, b, (int64_t)(b - a), (int64_t)elapsed);
	return false;
}

/*
 * A reset sets the guest's TSC to 0, and the cycles go on.  Nobody saw at which TSC that was.  So
 * at the first point after a reboot the two are not compared, and at later points both count from
 * that point.
 */
static void take_off_first_life(const struct case_file *cf, const struct point *p, uint64_t *cycles,
				uint64_t *tsc)
{
	const struct point *again = &cf->records.point[EM_EARLY2];

	if (p < again || !case_wants_point(cf, EM_EARLY2))
		return;
	if (p == again || !case_has_point(cf, EM_EARLY2)) {
		*cycles = 0;
		return;
	}
	*cycles -= total_cycles(again, EM_TAG_FIRST_CYCLES);
	*tsc -= again->leaf[EM_TAG_FIRST_TOTAL].tsc;
}

void clause_cycles_plausible(const struct case_file *cf, const struct point *p, struct finding *f)
{
	uint64_t cycles = total_cycles(p, EM_TAG_AFTER_CYCLES), tsc = p->leaf[EM_TAG_AFTER_CYCLES].tsc;
	bool is_global = cf->counted == COUNTED_MODULE || cf->counts_others_cycles;

	if (!judge_pair(cf, p, EM_TAG_FIRST_CYCLES, EM_TAG_AGAIN_CYCLES, f) ||
	    !judge_pair(cf, p, EM_TAG_BEFORE_CYCLES, EM_TAG_AFTER_CYCLES, f))
		return;
	take_off_first_life(cf, p, &cycles, &tsc);
	/* The guest's TSC began with the VM, but counters of all VMs began before it. */
	finding_set(f, is_global || cycles <= (unsigned __int128)tsc * cf->vcpus ?
		    VERDICT_PASS : VERDICT_FAIL,
		    "%" PRIu64 " cycles in %" PRIu64 " of TSC, %u vCPU%s", cycles, tsc,
		    cf->vcpus, cf->vcpus == 1 ? "" : "s");
}

/* One exit may be under way still, or have none because its thread went to a CPU whose TSC is behind. */
void clause_cycles_each(const struct case_file *cf, const struct point *p, struct finding *f)
{
	unsigned int judged = 0;
	char number[24];

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &p->sweep[i];

		if (!case_is_countable(cf, i) || !is_summed(cf, p, i) || a->exits.eax <= cf->vcpus)
			continue;
		judged++;
		if (regs_cycles(&a->cycles))
			continue;
		finding_set(f, VERDICT_FAIL, "reason %s: %u exits, 0 cycles",
			    reason_number(cf->vendor, em_sweep_number(i), number), a->exits.eax);
		return;
	}
	finding_set(f, VERDICT_PASS, "%u reasons that have exits have cycles", judged);
}
