// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host found out beside the guest (evidence/host_checks.h): how the leaves answer in
 * kernel mode, how all other leaves answer, what another VM does to the figures, and how long the
 * kernel's log is.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/oracle_count.h"
#include "judge/reasons.h"

static const struct em_regs sentinel = { 0, 0, 0, 0xffffffff };

static bool judge_kernel_undefined(const struct host_checks *i, struct finding *f)
{
	const struct em_regs *r = &i->kernel_undefined;

	if (regs_are_equal(r, &sentinel))
		return true;
	finding_set(f, VERDICT_FAIL, "eax=%x ebx=%x ecx=%x edx=%x for an undefined reason", r->eax, r->ebx, r->ecx,
		    r->edx);
	return false;
}

void clause_kernel_mode(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *i = &cf->host_checks;
	bool has_total = case_tells(cf, FIGURE_EXITS), has_reasons = case_tells(cf, FIGURE_REASON_EXITS);
	uint32_t grown = i->kernel_again.eax - i->kernel_total.eax;

	if (!i->has_kernel) {
		finding_set(f, VERDICT_SKIP, "the host could not ask in kernel mode");
		return;
	}
	finding_wanted(f, "in kernel mode: a total at least %" PRIu64 " higher after as many CPUIDs, at least "
		       "as many of their reason, the sentinel for an undefined one", i->kernel_n);
	if (has_total && !count_has_grown_by(i->kernel_total.eax, i->kernel_again.eax, i->kernel_n))
		finding_set(f, VERDICT_FAIL, "total exits %u, then %u", i->kernel_total.eax, i->kernel_again.eax);
	else if (has_reasons && i->kernel_reason.eax < i->kernel_n)
		finding_set(f, VERDICT_FAIL, "%u exits of the CPUID reason", i->kernel_reason.eax);
	else if (!has_reasons || judge_kernel_undefined(i, f))
		finding_set(f, VERDICT_PASS, "total +%u, %u exits of the CPUID reason", grown,
			    i->kernel_reason.eax);
}

/* Whether it is one of the leaves that the layout defines. */
static bool is_ours(const struct case_file *cf, uint32_t fn)
{
	struct em_leaves leaves = em_leaves_of(cf->evidence.layout);

	return fn == leaves.total || fn == leaves.total_cycles || fn == leaves.reason ||
	       (leaves.reason_cycles && fn == leaves.reason_cycles);
}

void clause_other_leaves(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;
	const struct inspected_leaf *first = NULL;
	unsigned int differ = 0;

	if (!in->leaf_count) {
		finding_set(f, VERDICT_SKIP, "the host could not ask stock KVM");
		return;
	}
	for (unsigned int i = 0; i < in->leaf_count; i++) {
		const struct inspected_leaf *leaf = &in->leaf[i];

		if (is_ours(cf, leaf->fn) || regs_are_equal(&leaf->stock, &leaf->now))
			continue;
		first = first ? first : leaf;
		differ++;
	}
	if (!first) {
		finding_set(f, VERDICT_PASS, "%u leaves as stock KVM answers them", in->leaf_count);
		return;
	}
	finding_wanted(f, "leaf 0x%X, subleaf %u: " EM_REGS_FMT ", as stock KVM", first->fn, first->sub,
		       EM_REGS_ARG(&first->stock));
	finding_set(f, VERDICT_FAIL, EM_REGS_FMT "; %u of %u leaves differ", EM_REGS_ARG(&first->now), differ,
		    in->leaf_count);
}

/* Of a stranger's counters, what a fresh VM has read tells it; no other VM ran beside the guest. */
static void judge_fresh(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;

	if (case_has_input(cf, CASE_HOST) && cf->host.is_global) {
		finding_set(f, VERDICT_SKIP, "the scope global was asked for: see oracle-trace");
		return;
	}
	if (!in->has_others || cf->counted == COUNTED_UNKNOWN) {
		finding_set(f, VERDICT_SKIP, "there was no other VM");
		return;
	}
	finding_wanted(f, "a fresh VM reads fewer than the %" PRIu64 " CPUIDs that another VM had executed", in->others_n);
	if (cf->counted == COUNTED_MODULE)
		finding_set(f, VERDICT_FAIL, "it reads them: the counters are of all VMs, since the module was loaded");
	else if (cf->counts_others_cycles)
		finding_set(f, VERDICT_FAIL, "its exits are its own, and its cycles are of all VMs");
	else
		finding_set(f, VERDICT_PASS, "its counters are its own");
}

static void judge_neighbour(const struct case_file *cf, const struct sweep_answer *answer, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;
	uint64_t own = oracle_hits(cf, &cf->trace, in->neighbour_reason);
	char number[24];

	finding_wanted(f, "at most the guest's own %" PRIu64 " exits of reason %s; another VM had %" PRIu64, own,
		       reason_number(cf->vendor, in->neighbour_reason, number), in->neighbour_exits);
	finding_set(f, answer->exits.eax <= own ? VERDICT_PASS : VERDICT_FAIL, "%u", answer->exits.eax);
}

/*
 * The neighbour, another VM, exits for a reason for which this guest hardly ever does.  The
 * tracepoint counts without the neighbour, and so tells how many of these exits are the guest's
 * own.
 */
void clause_neighbour(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;
	const struct point *p = &cf->records.point[case_last_point(cf)];

	if (!in->has_neighbour) {
		judge_fresh(cf, f);
		return;
	}
	if (!case_has_input(cf, CASE_TRACE) || !case_tells(cf, FIGURE_REASON_EXITS)) {
		finding_set(f, VERDICT_SKIP, "nothing tells the guest's own exits of that reason");
		return;
	}
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		if (em_sweep_number(i) != in->neighbour_reason)
			continue;
		judge_neighbour(cf, &p->sweep[i], f);
		if (f->verdict == VERDICT_PASS && cf->counts_others_cycles)
			judge_fresh(cf, f);
		return;
	}
	finding_set(f, VERDICT_SKIP, "the guest does not read the other VM's reason");
}

/* How often the guest's probe asked one of the four leaves; 0: an older probe does not tell. */
static uint64_t count_asks(const struct case_file *cf)
{
	uint64_t asks = 0;

	for (int i = 0; i < EM_POINTS; i++)
		if (case_has_point(cf, (enum em_point)i))
			asks += cf->records.point[i].asks;
	return asks;
}

/* How many lines the probe's asking comes to, as CPUIDs of another VM have shown; rounded up. */
static uint64_t lines_of_asks(const struct case_file *cf)
{
	const struct host_checks *in = &cf->host_checks;

	if (!in->has_logs)
		return 0;
	return (count_asks(cf) * in->asking_lines + in->asking_cpuids - 1) / in->asking_cpuids;
}

/*
 * A line for each CPUID that asks is not what is meant, and how often the probe asks is known.  The
 * limit of the rest is no fixed number of lines, since a long run may log more than a short one.
 */
static void judge_lines(const struct case_file *cf, uint32_t exits, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;
	uint64_t asked = lines_of_asks(cf), rest = in->log_lines > asked ? in->log_lines - asked : 0;

	finding_wanted(f, "fewer lines than a hundredth of the guest's %u exits%s", exits,
		       asked ? ", those of CPUIDs that ask apart" : "");
	if (asked)
		finding_set(f, rest < exits / 100 ? VERDICT_PASS : VERDICT_FAIL, "%" PRIu64 " lines, %" PRIu64
			    " of them as many as CPUIDs that ask come to", in->log_lines, in->log_lines - rest);
	else
		finding_set(f, rest < exits / 100 ? VERDICT_PASS : VERDICT_FAIL, "%" PRIu64 " lines", in->log_lines);
}

void clause_host_log(const struct case_file *cf, struct finding *f)
{
	const struct point *p = &cf->records.point[case_last_point(cf)];
	const struct host_checks *in = &cf->host_checks;

	if (in->has_logs && in->plain_lines >= in->plain_cpuids) {
		finding_wanted(f, "no line for an exit");
		finding_set(f, VERDICT_FAIL, "a line for each exit: %" PRIu64 " lines for %" PRIu64 " CPUIDs that ask "
			    "nothing", in->plain_lines, in->plain_cpuids);
		return;
	}
	if (!in->has_log || !case_tells(cf, FIGURE_EXITS)) {
		finding_set(f, VERDICT_SKIP, in->has_log ? "this KVM tells no total exits" :
			    "the host could not read its log");
		return;
	}
	judge_lines(cf, p->leaf[EM_TAG_AFTER_TOTAL].regs.eax, f);
}
