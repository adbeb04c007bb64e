// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's figures are 64 bits wide and were read from the same counters after the guest's last
 * instruction: none may be below what the guest read last.
 */
#include <inttypes.h>

#include "judge/clause.h"
#include "judge/reasons.h"

static bool judge_sums(const struct host_counters *h, struct finding *f)
{
	uint64_t exits = h->other_exits, cycles = h->other_cycles;

	for (unsigned int i = 0; i < h->reason_count; i++) {
		exits += h->reason[i].exits;
		cycles += h->reason[i].cycles;
	}
	if (exits == h->exits && cycles == h->cycles)
		return true;
	finding_wanted(f, "reasons that sum to the host's totals: exits %" PRIu64 ", cycles %" PRIu64,
		       h->exits, h->cycles);
	finding_set(f, VERDICT_FAIL, "exits %" PRIu64 " (%+" PRId64 "), cycles %" PRIu64 " (%+" PRId64
		    ")", exits, (int64_t)(exits - h->exits), cycles, (int64_t)(cycles - h->cycles));
	return false;
}

static bool judge_figures(const char *what, uint64_t host_exits, uint64_t host_cycles,
			  uint32_t guest_exits, uint64_t guest_cycles, struct finding *f)
{
	if (count_has_grown(guest_exits, (uint32_t)host_exits) && host_cycles >= guest_cycles)
		return true;
	finding_wanted(f, "%s on the host not below the guest's: exits %u, cycles %" PRIu64, what,
		       guest_exits, guest_cycles);
	finding_set(f, VERDICT_FAIL, "exits %" PRIu64 ", cycles %" PRIu64, host_exits, host_cycles);
	return false;
}

static bool judge_reasons(const struct case_file *cf, const struct point *p, struct finding *f)
{
	static const struct host_reason none = { 0 };

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct host_reason *h = host_counters_find(&cf->host, em_sweep_number(i));
		char number[24], what[32];

		if (!case_is_countable(cf, i))
			continue;
		if (!h)
			h = &none;
		snprintf(what, sizeof(what), "reason %s",
			 reason_number(cf->vendor, em_sweep_number(i), number));
		if (!judge_figures(what, h->exits, h->cycles, p->sweep[i].exits.eax,
				   regs_cycles(&p->sweep[i].cycles), f))
			return false;
	}
	return true;
}

void clause_host_agrees(const struct case_file *cf, struct finding *f)
{
	const struct host_counters *h = &cf->host;
	int last = case_last_point(cf);
	const struct point *p;

	/* NEEDS_IMPLEMENTATION makes sure that there is a complete point. */
	p = &cf->records.point[last];
	if (h->layout != cf->evidence.layout) {
		finding_set(f, VERDICT_FAIL, "the host has another layout than the run asks for");
		return;
	}
	if (!judge_sums(h, f) ||
	    !judge_figures("totals", h->exits, h->cycles, p->leaf[EM_TAG_AFTER_TOTAL].regs.eax,
			   regs_cycles(&p->leaf[EM_TAG_AFTER_CYCLES].regs), f) ||
	    !judge_reasons(cf, p, f))
		return;
	if (last != EM_SHUTDOWN) {
		finding_lose(f, "the point shutdown is lost");
		return;
	}
	finding_set(f, VERDICT_PASS, "exits %" PRIu64 " after %u, cycles %" PRIu64 " after %" PRIu64,
		    h->exits, p->leaf[EM_TAG_AFTER_TOTAL].regs.eax, h->cycles,
		    regs_cycles(&p->leaf[EM_TAG_AFTER_CYCLES].regs));
}
