// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cycles between two bounds that need nothing of the patch: a page fault that is known to have waited, and the calls in
 * which all handling lies (guest/wait_vm.h).
 */
#include <inttypes.h>

#include "judge/clause.h"

/* One figure of one try. */
struct told {
	const char *what;
	uint64_t cycles;	/* modulo 2^64, as figures that shrink come out beyond all bounds */
	uint64_t waited, inside;
};

static bool is_told(const struct case_file *cf, enum figure_bit figure, uint32_t leaf)
{
	return leaf && case_leaf(cf, figure) == leaf && case_tells(cf, figure);
}

/* The figures of all tries that this KVM tells; returns how many. */
static unsigned int list(const struct case_file *cf, struct told ret[2 * INSPECTION_WAITS_MAX])
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < cf->host_checks.wait_count; i++) {
		const struct inspected_wait *w = &cf->host_checks.wait[i];

		if (is_told(cf, FIGURE_CYCLES, w->total_leaf))
			ret[count++] = (struct told){ "in total", w->total[1] - w->total[0], w->waited, w->inside };
		if (is_told(cf, FIGURE_REASON_CYCLES, w->reason_leaf))
			ret[count++] = (struct told){ "of the page fault's reason", w->reason[1] - w->reason[0],
						      w->waited, w->inside };
	}
	return count;
}

/* The first one that tells less than was waited; NULL: none does. */
static const struct told *find_short(const struct told *told, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (told[i].cycles < told[i].waited)
			return &told[i];
	return NULL;
}

bool clause_waits_hold(const struct case_file *cf)
{
	struct told told[2 * INSPECTION_WAITS_MAX];
	unsigned int count = list(cf, told);

	return count > 0 && !find_short(told, count);
}

static bool skip_without(const struct case_file *cf, unsigned int count, struct finding *f)
{
	if (count)
		return false;
	finding_set(f, VERDICT_SKIP, cf->host_checks.wait_count ? "this KVM tells no cycles" :
		    "the host could let no page fault wait");
	return true;
}

/* What is longest by its wait, and so tells most of what is missing, is told where all is well. */
static void tell(const struct told *t, enum verdict verdict, struct finding *f)
{
	finding_set(f, verdict, "%" PRIu64 " cycles %s, of a page fault that waited %" PRIu64 " of %" PRIu64
		    " cycles in KVM", t->cycles, t->what, t->waited, t->inside);
}

void clause_cycles_wait(const struct case_file *cf, struct finding *f)
{
	struct told told[2 * INSPECTION_WAITS_MAX];
	unsigned int count = list(cf, told);
	const struct told *short_one;

	if (skip_without(cf, count, f))
		return;
	short_one = find_short(told, count);
	if (short_one) {
		finding_wanted(f, "at least the %" PRIu64 " cycles that the page fault waited", short_one->waited);
		tell(short_one, VERDICT_FAIL, f);
		return;
	}
	tell(&told[0], VERDICT_PASS, f);
}

void clause_cycles_userspace(const struct case_file *cf, struct finding *f)
{
	struct told told[2 * INSPECTION_WAITS_MAX];
	unsigned int count = list(cf, told);

	if (skip_without(cf, count, f))
		return;
	for (unsigned int i = 0; i < count; i++) {
		if (told[i].cycles <= told[i].inside)
			continue;
		finding_wanted(f, "at most the %" PRIu64 " cycles that the vCPU was in KVM", told[i].inside);
		tell(&told[i], VERDICT_FAIL, f);
		return;
	}
	tell(&told[0], VERDICT_PASS, f);
}
