// SPDX-License-Identifier: GPL-2.0-only
#include "judge/point_compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/oracle_count.h"
#include "judge/reasons.h"

/* What a difference can be of beside a number of the sweep. */
#define TOTAL (-1)
#define FAST_REASONS (-2)	/* the reasons that have fast paths, together */

/* When the kernel's count was read last: at a point, before the guest, or never. */
#define AT_BEGIN (-1)
#define AT_NO_TIME (-2)

/*
 * The reasons for which Linux 5.10 to 7.2 can enter the guest again without its exit handler
 * (vmx_exit_handlers_fastpath(), svm_exit_handlers_fastpath()): INVD, HLT and writes of MSRs on either; on VMX also
 * the preemption timer.
 */
static bool has_fast_path(enum em_vendor vendor, uint32_t reason)
{
	static const uint32_t svm[] = { 0x76, 0x78, 0x7c }, vmx[] = { 12, 13, 32, 52, 85 };
	const uint32_t *list = vendor == EM_SVM ? svm : vmx;

	for (size_t i = 0; i < (vendor == EM_SVM ? ARRAY_SIZE(svm) : ARRAY_SIZE(vmx)); i++)
		if (list[i] == reason)
			return true;
	return false;
}

static bool is_compared(const struct case_file *cf, int index)
{
	if (index < 0)
		return case_tells(cf, FIGURE_EXITS);
	return case_tells(cf, FIGURE_REASON_EXITS) && case_is_countable(cf, (unsigned int)index) &&
	       reason_standing(cf->vendor, em_sweep_number((unsigned int)index)) == REASON_DEFINED;
}

static bool is_fast(const struct case_file *cf, int index)
{
	return index >= 0 && has_fast_path(cf->vendor, em_sweep_number((unsigned int)index)) && is_compared(cf, index);
}

static uint32_t read_at(const struct case_file *cf, enum em_point at, int index, bool is_after)
{
	const struct point *p = &cf->records.point[at];
	uint32_t sum = 0;

	if (index >= 0)
		return p->sweep[index].exits.eax;
	if (index == TOTAL)
		return p->leaf[is_after ? EM_TAG_AFTER_TOTAL : EM_TAG_BEFORE_TOTAL].regs.eax;
	for (int i = 0; i < EM_SWEEP_COUNT; i++)
		sum += is_fast(cf, i) ? p->sweep[i].exits.eax : 0;
	return sum;
}

static const struct host_histogram *histogram(const struct case_file *cf, int when)
{
	return when == AT_BEGIN ? &cf->begin : &cf->snapshot[when];
}

static uint64_t counted(const struct case_file *cf, int when, int index)
{
	uint64_t sum = 0;

	if (index == TOTAL)
		return oracle_total(cf, histogram(cf, when));
	if (index >= 0)
		return oracle_hits(cf, histogram(cf, when), em_sweep_number((unsigned int)index));
	for (int i = 0; i < EM_SWEEP_COUNT; i++)
		sum += is_fast(cf, i) ? counted(cf, when, i) : 0;
	return sum;
}

/* The handler's calls were read before the exits, so that no more exits than these have passed it by. */
static uint64_t fast_exits(const struct case_file *cf, int when)
{
	uint64_t all = oracle_total(cf, histogram(cf, when));
	uint64_t handled = oracle_handled(cf, when == AT_BEGIN ? &cf->handled_begin : &cf->handled[when]);

	return handled < all ? all - handled : 0;
}

/* What a figure must have reached where the kernel had counted so much. */
static uint64_t floor_of(const struct case_file *cf, enum point_demand demand, int when, int index)
{
	uint64_t floor = counted(cf, when, index), fast;

	if (demand == DEMAND_ALL || (index >= 0 && !is_fast(cf, index)))
		return floor;
	fast = fast_exits(cf, when);
	return fast < floor ? floor - fast : 0;
}

static void note(struct difference *d, int64_t by, enum em_point at)
{
	if (llabs(by) <= llabs(d->by))
		return;
	d->by = by;
	d->at = at;
}

/* What was counted before the point bounds it from below, and what was counted at it from above. */
static void compare_at(const struct case_file *cf, enum point_demand demand, enum em_point at, int before,
		       struct difference *d)
{
	if (before != AT_NO_TIME) {
		int64_t more = (int32_t)(read_at(cf, at, d->index, false) -
					 (uint32_t)floor_of(cf, demand, before, d->index));

		d->most = more < d->most ? more : d->most;
		if (more < 0)
			note(d, more, at);
	}
	if (cf->has_snapshot[at]) {
		int64_t more = (int32_t)(read_at(cf, at, d->index, true) - (uint32_t)counted(cf, (int)at, d->index));

		d->least = more > d->least ? more : d->least;
		if (more > 0)
			note(d, more, at);
	}
}

static bool is_unwritten(const struct case_file *cf, const struct difference *d)
{
	return d->index >= 0 && d->by > 0 && read_at(cf, d->at, d->index, true) == case_leaf(cf, FIGURE_REASON_EXITS);
}

static struct difference compare(const struct case_file *cf, enum point_demand demand, int index)
{
	struct difference d = { .index = index, .least = INT64_MIN, .most = INT64_MAX };
	int before = cf->has_begin ? AT_BEGIN : AT_NO_TIME;

	for (int i = 0; i < EM_POINTS; i++) {
		if (!case_has_point(cf, (enum em_point)i))
			continue;
		compare_at(cf, demand, (enum em_point)i, before, &d);
		if (cf->has_snapshot[i])
			before = i;
	}
	d.is_unwritten = is_unwritten(cf, &d);
	return d;
}

/* What is missing comes first, and what is off by more before what is off by less. */
static int by_weight(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;

	if ((x->by < 0) != (y->by < 0))
		return x->by < 0 ? -1 : 1;
	if (llabs(x->by) != llabs(y->by))
		return llabs(x->by) > llabs(y->by) ? -1 : 1;
	return x->index - y->index;
}

/* The fast reasons together are of interest where each of them alone may be short. */
static bool is_listed(const struct case_file *cf, enum point_demand demand, int index)
{
	if (index == FAST_REASONS)
		return demand == DEMAND_HANDLED && case_tells(cf, FIGURE_REASON_EXITS);
	return is_compared(cf, index);
}

unsigned int point_compare(const struct case_file *cf, enum point_demand demand,
			   struct difference ret[POINT_DIFFERENCES_MAX])
{
	unsigned int count = 0;

	for (int index = FAST_REASONS; index < EM_SWEEP_COUNT; index++) {
		struct difference d;

		if (!is_listed(cf, demand, index))
			continue;
		d = compare(cf, demand, index);
		/* Too many of several reasons are too many of one of them, and told there. */
		if (d.by && (index != FAST_REASONS || d.by < 0))
			ret[count++] = d;
	}
	qsort(ret, count, sizeof(*ret), by_weight);
	return count;
}

void point_tell(const struct case_file *cf, const struct difference *d, char **text)
{
	char number[24], what[64] = "total exits";

	if (d->index == FAST_REASONS) {
		strcpy(what, "the reasons with fast paths together");
	} else if (d->index >= 0) {
		uint32_t reason = em_sweep_number((unsigned int)d->index);

		snprintf(what, sizeof(what), "reason %s (%s)", reason_number(cf->vendor, reason, number),
			 reason_name(cf->vendor, reason));
	}
	if (d->is_unwritten)
		text_join(text, ", ", "%s is left unwritten at %s: eax still holds the number of the leaf", what,
			  em_point_names[d->at]);
	else
		text_join(text, ", ", "%s %u at %s: %" PRId64 " too %s", what, read_at(cf, d->at, d->index, d->by > 0),
			  em_point_names[d->at], (int64_t)llabs(d->by), d->by < 0 ? "few" : "many");
}

bool point_knows_handled(const struct case_file *cf)
{
	if (cf->has_begin && !cf->handled_begin.is_known)
		return false;
	for (int i = 0; i < EM_POINTS; i++)
		if (cf->has_snapshot[i] && !cf->handled[i].is_known)
			return false;
	return true;
}

uint64_t point_fast_exits(const struct case_file *cf)
{
	int last = EM_POINTS - 1;

	while (last >= 0 && !cf->has_snapshot[last])
		last--;
	return last < 0 ? 0 : fast_exits(cf, last);
}
