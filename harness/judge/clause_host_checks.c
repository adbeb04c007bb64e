// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host found out beside the guest (evidence/host_checks.h): how the leaves answer in
 * kernel mode, how all other leaves answer, what another VM does to the figures, and how long the
 * kernel's log is.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/reasons.h"

static const struct em_regs sentinel = { 0, 0, 0, 0xffffffff };

void clause_kernel_mode(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *i = &cf->host_checks;
	uint32_t grown = i->kernel_again.eax - i->kernel_total.eax;

	if (!i->has_kernel) {
		finding_set(f, VERDICT_SKIP, "the host could not ask in kernel mode");
		return;
	}
	finding_wanted(f, "in kernel mode: a total at least %" PRIu64 " higher after as many CPUIDs, at least "
		       "as many of their reason, the sentinel for an undefined one", i->kernel_n);
	if (!count_has_grown_by(i->kernel_total.eax, i->kernel_again.eax, i->kernel_n))
		finding_set(f, VERDICT_FAIL, "total exits %u, then %u", i->kernel_total.eax, i->kernel_again.eax);
	else if (i->kernel_reason.eax < i->kernel_n)
		finding_set(f, VERDICT_FAIL, "%u exits of the CPUID reason", i->kernel_reason.eax);
	else if (!regs_are_equal(&i->kernel_undefined, &sentinel))
		finding_set(f, VERDICT_FAIL, "eax=%x ebx=%x ecx=%x edx=%x for an undefined reason",
			    i->kernel_undefined.eax, i->kernel_undefined.ebx, i->kernel_undefined.ecx,
			    i->kernel_undefined.edx);
	else
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

/*
 * The neighbour, another VM, exits for a reason for which this guest hardly ever does.  The
 * tracepoint counts without the neighbour, and so tells how many of these exits are the guest's
 * own.
 */
void clause_neighbour(const struct case_file *cf, struct finding *f)
{
	const struct host_checks *in = &cf->host_checks;
	const struct point *p = &cf->records.point[case_last_point(cf)];
	uint64_t own = host_histogram_hits(&cf->trace, in->neighbour_reason);
	char number[24];

	if (!in->has_neighbour) {
		finding_set(f, VERDICT_SKIP, "there was no other VM");
		return;
	}
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		if (em_sweep_number(i) != in->neighbour_reason)
			continue;
		finding_wanted(f, "at most the guest's own %" PRIu64 " exits of reason %s; another VM had %" PRIu64,
			       own, reason_number(cf->vendor, in->neighbour_reason, number),
			       in->neighbour_exits);
		finding_set(f, p->sweep[i].exits.eax <= own ? VERDICT_PASS : VERDICT_FAIL, "%u",
			    p->sweep[i].exits.eax);
		return;
	}
	finding_set(f, VERDICT_SKIP, "the guest does not read the other VM's reason");
}

/* The limit is no fixed number of lines, since a long run may log more than a short one. */
void clause_host_log(const struct case_file *cf, struct finding *f)
{
	const struct point *p = &cf->records.point[case_last_point(cf)];
	uint32_t exits = p->leaf[EM_TAG_AFTER_TOTAL].regs.eax;

	if (!cf->host_checks.has_log) {
		finding_set(f, VERDICT_SKIP, "the host could not read its log");
		return;
	}
	finding_wanted(f, "fewer lines than a hundredth of the guest's %u exits", exits);
	finding_set(f, cf->host_checks.log_lines < exits / 100 ? VERDICT_PASS : VERDICT_FAIL,
		    "%" PRIu64 " lines", cf->host_checks.log_lines);
}
