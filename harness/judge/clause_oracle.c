// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's figures compared with the kernel's own counts over the VM's whole life: they are
 * equal, to the last exit.  If the kernel's statistic is known to be wrong, its clause is skipped
 * and says so.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/oracle_count.h"
#include "judge/reasons.h"

/*
 * SVM's negative 64-bit exit codes have no counter of their own: the host counts them as `other`.
 */
static bool has_slot(const struct case_file *cf, uint64_t number)
{
	return cf->vendor != EM_SVM || number < 0xf0000000 ||
	       reason_standing(cf->vendor, number) != REASON_UNDEFINED;
}

static bool compare_reason(const struct case_file *cf, uint64_t number, struct finding *f)
{
	const struct host_reason *h = host_counters_find(&cf->host, number);
	uint64_t hits = oracle_hits(cf, &cf->trace, number), counted = h ? h->exits : 0;
	char text[24];

	if (hits == counted)
		return true;
	finding_wanted(f, "%" PRIu64 " exits of reason %s, as kvm:kvm_exit counts", hits,
		       reason_number(cf->vendor, number, text));
	finding_set(f, VERDICT_FAIL, "%" PRIu64 " (%+" PRId64 ")", counted, (int64_t)(counted - hits));
	return false;
}

static bool compare_reasons(const struct case_file *cf, struct finding *f)
{
	for (unsigned int i = 0; i < cf->trace.reason_count; i++) {
		uint64_t number = oracle_number(cf, &cf->trace.reason[i]);

		if (has_slot(cf, number) && !compare_reason(cf, number, f))
			return false;
	}
	for (unsigned int i = 0; i < cf->host.reason_count; i++)
		if (!compare_reason(cf, cf->host.reason[i].number, f))
			return false;
	return true;
}

void clause_oracle_trace(const struct case_file *cf, struct finding *f)
{
	uint64_t hits = oracle_total(cf, &cf->trace);

	if (cf->trace.dropped) {
		finding_lose(f, "the histogram dropped %" PRIu64 " hits", cf->trace.dropped);
		return;
	}
	if (hits != cf->host.exits) {
		finding_wanted(f, "%" PRIu64 " exits, as kvm:kvm_exit counts", hits);
		finding_set(f, VERDICT_FAIL, "%" PRIu64 " (%+" PRId64 ")", cf->host.exits,
			    (int64_t)(cf->host.exits - hits));
		return;
	}
	if (compare_reasons(cf, f))
		finding_set(f, VERDICT_PASS, "%" PRIu64 " exits of %u reasons, difference 0",
			    hits, cf->trace.reason_count);
}

/*
 * 5.10's statistic counts more than exits, and on VMX not all of them: images/README.md, ERRATA,
 * K1.
 */
static bool is_statistic_wrong(const struct case_file *cf)
{
	const char *kernel = cf->evidence.host_kernel;

	return kernel && !strncmp(kernel, "5.10.", 5);
}

/* On VMX the statistic also counts what KVM emulates in place of an entry: images/README.md, ERRATA, K2. */
static bool is_real_mode_emulated(const struct case_file *cf)
{
	const char *is_unrestricted =
		json_string_value(json_object_get(cf->evidence.guest_machine, "unrestricted_guest"));

	return cf->vendor == EM_VMX && is_unrestricted && !strcmp(is_unrestricted, "no");
}

void clause_oracle_stat(const struct case_file *cf, struct finding *f)
{
	if (is_statistic_wrong(cf)) {
		finding_set(f, VERDICT_SKIP, "5.10's statistic is wrong: see oracle-trace");
		return;
	}
	if (is_real_mode_emulated(cf)) {
		finding_set(f, VERDICT_SKIP, "without an unrestricted guest it counts more than exits: see oracle-trace");
		return;
	}
	if (cf->host.is_global) {
		finding_set(f, VERDICT_SKIP, "it is of one VM: see oracle-trace");
		return;
	}
	finding_wanted(f, "%" PRIu64 " exits, as KVM's statistic `exits` counts", cf->stat_exits);
	finding_set(f, cf->stat_exits == cf->host.exits ? VERDICT_PASS : VERDICT_FAIL,
		    "%" PRIu64 " (%+" PRId64 ")", cf->host.exits,
		    (int64_t)(cf->host.exits - cf->stat_exits));
}
