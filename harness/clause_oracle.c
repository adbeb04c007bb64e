// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counters against the kernel's own, over the VM's whole life: equal to
 * the last exit.  Where the statistic is known to count otherwise, the clause
 * says so and leaves it to the tracepoint.
 */
#include <inttypes.h>
#include <string.h>

#include "clause.h"
#include "reasons.h"

/* On VMX the tracepoint prints the whole field; its low 16 bits are the reason. */
static uint64_t traced_number(const struct run *run, const struct trace_reason *t)
{
	return run->vendor == EM_VMX ? t->number & 0xffff : t->number;
}

/* SVM's 64-bit negative codes have no slot: the host counts them as `other`. */
static bool has_slot(const struct run *run, uint64_t number)
{
	return run->vendor != EM_SVM || number < 0xf0000000 ||
	       reason_standing(run->vendor, number) != REASON_UNDEFINED;
}

static uint64_t traced_hits(const struct run *run, uint64_t number)
{
	uint64_t hits = 0;

	for (unsigned int i = 0; i < run->trace.reason_count; i++)
		if (traced_number(run, &run->trace.reason[i]) == number)
			hits += run->trace.reason[i].hits;
	return hits;
}

static bool compare_reason(const struct run *run, uint64_t number, struct finding *f)
{
	const struct host_reason *h = hostcount_find(&run->host, number);
	uint64_t hits = traced_hits(run, number), counted = h ? h->exits : 0;
	char text[24];

	if (hits == counted)
		return true;
	finding_wanted(f, "%" PRIu64 " exits of reason %s, as kvm:kvm_exit counts", hits,
		       reason_number(run->vendor, number, text));
	finding_set(f, VERDICT_FAIL, "%" PRIu64 " (%+" PRId64 ")", counted, (int64_t)(counted - hits));
	return false;
}

static bool compare_reasons(const struct run *run, struct finding *f)
{
	for (unsigned int i = 0; i < run->trace.reason_count; i++) {
		uint64_t number = traced_number(run, &run->trace.reason[i]);

		if (has_slot(run, number) && !compare_reason(run, number, f))
			return false;
	}
	for (unsigned int i = 0; i < run->host.reason_count; i++)
		if (!compare_reason(run, run->host.reason[i].number, f))
			return false;
	return true;
}

void clause_oracle_trace(const struct run *run, struct finding *f)
{
	if (run->trace.dropped) {
		finding_lose(f, "the histogram dropped %" PRIu64 " hits", run->trace.dropped);
		return;
	}
	if (run->trace.hits != run->host.exits) {
		finding_wanted(f, "%" PRIu64 " exits, as kvm:kvm_exit counts", run->trace.hits);
		finding_set(f, VERDICT_FAIL, "%" PRIu64 " (%+" PRId64 ")", run->host.exits,
			    (int64_t)(run->host.exits - run->trace.hits));
		return;
	}
	if (compare_reasons(run, f))
		finding_set(f, VERDICT_PASS, "%" PRIu64 " exits of %u reasons, difference 0",
			    run->trace.hits, run->trace.reason_count);
}

/*
 * 5.10's VMX re-enters inside vmx_vcpu_run(), where the statistic does not
 * look.  And its kvm_msr_allowed() (seen in 5.10.262) adds to it: once for each
 * access to an MSR and each range of the VM's filter that the MSR is not in.
 * QEMU sets such a filter from 7.2 on.
 */
static bool is_statistic_wrong(const struct run *run)
{
	const char *kernel = run->evidence.host_kernel;

	return kernel && !strncmp(kernel, "5.10.", 5);
}

void clause_oracle_stat(const struct run *run, struct finding *f)
{
	if (is_statistic_wrong(run)) {
		finding_set(f, VERDICT_SKIP, "5.10's adds filtered MSR accesses and, on VMX, misses re-entries; see oracle-trace");
		return;
	}
	if (run->host.is_global) {
		finding_set(f, VERDICT_SKIP, "it is one VM's; see oracle-trace");
		return;
	}
	finding_wanted(f, "%" PRIu64 " exits, as KVM's statistic `exits` counts", run->stat_exits);
	finding_set(f, run->stat_exits == run->host.exits ? VERDICT_PASS : VERDICT_FAIL,
		    "%" PRIu64 " (%+" PRId64 ")", run->host.exits,
		    (int64_t)(run->host.exits - run->stat_exits));
}
