// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the guest's memory was reached as was asked for, by two witnesses: the parameter of KVM's module,
 * and the exit that only nested paging has.  Every guest has some of these with it, since its nested tables
 * begin empty, and none without it.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/reasons.h"

#define SVM_NPF 0x400
#define VMX_EPT_VIOLATION 48

/* The exits of the reason, of whatever VM; false: nobody has counted them. */
static bool count_faults(const struct case_file *cf, uint32_t number, uint64_t *ret)
{
	const struct host_reason *r;

	if (cf->vendor == EM_UNKNOWN)
		return false;
	if (case_has_input(cf, CASE_TRACE) && !cf->trace.dropped) {
		*ret = cf->vendor == EM_VMX ? host_histogram_hits_basic(&cf->trace, number) :
					      host_histogram_hits(&cf->trace, number);
		return true;
	}
	if (!case_has_input(cf, CASE_HOST))
		return false;
	r = host_counters_find(&cf->host, number);
	*ret = r ? r->exits : 0;
	return true;
}

/* A guest that came to no point may not have had its first exit yet. */
static void judge_faults(const struct case_file *cf, const char *loaded, struct finding *f)
{
	const uint32_t number = cf->vendor == EM_VMX ? VMX_EPT_VIOLATION : SVM_NPF;
	const char *name = reason_name(cf->vendor, number);
	bool is_nested = cf->evidence.paging == PAGING_NESTED;
	uint64_t faults;

	if (!count_faults(cf, number, &faults))
		finding_set(f, VERDICT_PASS, "the module's parameter says %s; nobody has counted its exits", loaded);
	else if (is_nested && !faults && case_last_point(cf) < 0)
		finding_lose(f, "no point's records are whole");
	else
		finding_set(f, is_nested == !!faults ? VERDICT_PASS : VERDICT_FAIL,
			    "the module's parameter says %s, and there were %" PRIu64 " exits of %s", loaded, faults, name);
}

void clause_paging(const struct case_file *cf, struct finding *f)
{
	const char *loaded = json_string_value(json_object_get(cf->evidence.guest_machine, "paging"));
	bool is_nested = cf->evidence.paging == PAGING_NESTED, is_known, is_loaded_nested;

	if (cf->evidence.paging == PAGING_AUTO) {
		finding_set(f, VERDICT_NONE, "no paging was asked for");
		return;
	}
	is_loaded_nested = loaded && (!strcmp(loaded, "npt") || !strcmp(loaded, "ept"));
	is_known = is_loaded_nested || (loaded && !strcmp(loaded, "shadow"));
	finding_wanted(f, "%s paging: the module's parameter is %s, and %s", is_nested ? "nested" : "shadow",
		       is_nested ? "on" : "off", is_nested ? "the guest has nested page faults" : "no guest has a nested page fault");
	if (!is_known)
		finding_lose(f, "the module's parameter was not read");
	else if (is_loaded_nested != is_nested)
		finding_set(f, VERDICT_FAIL, "the module's parameter says %s", loaded);
	else
		judge_faults(cf, loaded, f);
}
