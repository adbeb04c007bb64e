// SPDX-License-Identifier: GPL-2.0-only
#include "judge/implementation.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static bool is_zero(const struct em_regs *r)
{
	return !(r->eax | r->ebx | r->ecx | r->edx);
}

static bool is_sentinel(const struct em_regs *r)
{
	return !(r->eax | r->ebx | r->ecx) && r->edx == 0xffffffff;
}

static bool is_tag_unanswered(const struct point *p, enum em_tag tag)
{
	return meaning_is_stock(p, &p->leaf[tag].regs, 0);
}

static bool has_sentinel(const struct point *p)
{
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (is_sentinel(&p->sweep[i].exits) || is_sentinel(&p->sweep[i].cycles))
			return true;
	return false;
}

static bool is_none(const struct point *p)
{
	for (int tag = EM_TAG_RAW_FC; tag <= EM_TAG_RAW_FF; tag++)
		if (!is_tag_unanswered(p, (enum em_tag)tag))
			return false;
	return !has_sentinel(p) && p->spin_before.eax == p->spin_after.eax;
}

static bool is_sweep_unanswered(const struct point *p, bool cycles)
{
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct em_regs *r = cycles ? &p->sweep[i].cycles : &p->sweep[i].exits;

		if (!meaning_is_stock(p, r, em_sweep_number(i)))
			return false;
	}
	return true;
}

static char *tell_stock(const struct point *p)
{
	/* Intel's way gives zeros too, if the highest basic leaf is empty. */
	if (is_zero(&p->leaf[EM_TAG_RAW_FF].regs) && p->vendor == EM_VMX)
		return xasprintf("zeros in all four leaves, as an unpatched KVM answers on an Intel-like "
				 "CPU model whose highest basic leaf (0x%x) is empty",
				 p->leaf[EM_TAG_BEYOND].fn);
	if (is_zero(&p->leaf[EM_TAG_RAW_FF].regs))
		return xstrdup("zeros in all four leaves, as an unpatched KVM answers on an "
			       "AMD-like CPU model");
	return xasprintf("the data of the highest basic leaf (0x%x) in all four leaves, as an "
			 "unpatched KVM answers on an Intel-like CPU model",
			 p->leaf[EM_TAG_BEYOND].fn);
}

/* A leaf that is none of the four and is answered otherwise than by stock KVM; 0: none is known. */
static uint32_t find_stray(const struct case_file *cf)
{
	for (unsigned int i = 0; i < cf->host_checks.leaf_count; i++) {
		const struct inspected_leaf *leaf = &cf->host_checks.leaf[i];

		if (leaf->fn - EM_LEAF_FIRST >= EM_NR_LEAVES &&
		    memcmp(&leaf->stock, &leaf->now, sizeof(leaf->now)))
			return leaf->fn;
	}
	return 0;
}

static char *tell_none(const struct case_file *cf, const struct point *p)
{
	_cleanup_free_ char *stock = tell_stock(p);
	uint32_t stray = find_stray(cf);

	if (!stray)
		return take_ptr(stock);
	return xasprintf("%s; but leaf 0x%X is answered, and by stock KVM it is not: a wrong leaf number",
			 stock, stray);
}

/* Whether the point's own readings of a figure are as an unpatched KVM answers them. */
static bool is_unanswered(const struct point *p, enum figure_bit figure)
{
	switch (figure) {
	case FIGURE_EXITS:
		return is_tag_unanswered(p, EM_TAG_FIRST_TOTAL);
	case FIGURE_CYCLES:
		return is_tag_unanswered(p, EM_TAG_FIRST_CYCLES);
	default:
		return is_sweep_unanswered(p, figure == FIGURE_REASON_CYCLES);
	}
}

/* Names the figures of the edition that are not told; NULL: there are none. */
static char *tell_partial(const struct case_file *cf, const struct point *p)
{
	static const char *const titles[] = { "total exits", "total cycles", "exits of a reason", "cycles of a reason" };
	_cleanup_free_ char *list = NULL;

	for (unsigned int i = 0; i < ARRAY_SIZE(titles); i++) {
		enum figure_bit figure = (enum figure_bit)(1u << i);

		if (!edition_has(cf->edition, figure) || !case_leaf(cf, figure))
			continue;
		if (is_unanswered(p, figure))
			text_join(&list, ", ", "0x%X (%s)", case_leaf(cf, figure), titles[i]);
		else if (!case_tells(cf, figure))
			text_join(&list, ", ", "0x%X (%s: %s)", case_leaf(cf, figure), titles[i],
				  cf->meaning[case_leaf(cf, figure) - EM_LEAF_FIRST].why);
	}
	return list ? xasprintf("half done: answered as by an unpatched KVM: %s", list) : NULL;
}

static enum implementation tell_point(const struct case_file *cf, const struct point *p, char **ret_why)
{
	if (is_none(p)) {
		*ret_why = tell_none(cf, p);
		return IMPLEMENTATION_NONE;
	}
	*ret_why = tell_partial(cf, p);
	return *ret_why ? IMPLEMENTATION_PARTIAL : IMPLEMENTATION_WHOLE;
}

enum implementation implementation_tell(const struct case_file *cf, char **ret_why)
{
	const struct records *records = &cf->records;
	enum implementation worst = IMPLEMENTATION_UNKNOWN;

	*ret_why = NULL;
	for (int point = 0; point < EM_POINTS; point++) {
		enum implementation told;
		char *why;

		if (records->point[point].status != POINT_COMPLETE)
			continue;
		told = tell_point(cf, &records->point[point], &why);
		if (told < worst) {
			worst = told;
			free(*ret_why);
			*ret_why = take_ptr(why);
		}
		free(why);
	}
	return worst;
}
