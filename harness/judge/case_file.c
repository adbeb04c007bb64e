// SPDX-License-Identifier: GPL-2.0-only
#include "judge/case_file.h"

#include <stdlib.h>
#include <string.h>

#include "judge/reasons.h"

void case_file_deinit(struct case_file *cf)
{
	evidence_deinit(&cf->evidence);
	timeline_deinit(&cf->timeline);
	for (int i = 0; i < CASE_INPUTS; i++)
		free(cf->input[i].why);
	free(cf->implementation_why);
	free((struct edition *)cf->edition);
	free(cf->edition_why);
	free(cf->rates);
	memset(cf, 0, sizeof(*cf));
}

int case_last_point(const struct case_file *cf)
{
	for (int point = EM_POINTS - 1; point >= 0; point--)
		if (case_has_point(cf, (enum em_point)point))
			return point;
	return -1;
}

uint32_t case_leaf(const struct case_file *cf, enum figure_bit figure)
{
	int last = case_last_point(cf);
	struct em_leaves l = em_leaves_of(last < 0 ? cf->evidence.layout : cf->records.point[last].layout);

	switch (figure) {
	case FIGURE_EXITS:
		return l.total;
	case FIGURE_CYCLES:
		return l.total_cycles;
	case FIGURE_REASON_EXITS:
		return l.reason;
	default:
		return l.reason_cycles;
	}
}

static bool is_nothing(enum em_holds holds)
{
	return holds == EM_HOLDS_ZERO || holds == EM_HOLDS_UNWRITTEN;
}

bool case_tells(const struct case_file *cf, enum figure_bit figure)
{
	uint32_t leaf = case_leaf(cf, figure);
	const struct leaf_meaning *m = &cf->meaning[(leaf - EM_LEAF_FIRST) % EM_NR_LEAVES];

	if (!leaf || !m->is_known)
		return leaf != 0;
	if (!m->is_answered)
		return false;
	if (figure == FIGURE_EXITS || figure == FIGURE_REASON_EXITS)
		return !is_nothing(m->telling.reg[EM_EAX]);
	return !is_nothing(m->telling.reg[EM_EBX]) || !is_nothing(m->telling.reg[EM_ECX]);
}

bool case_is_countable(const struct case_file *cf, unsigned int index)
{
	if (reason_standing(cf->vendor, em_sweep_number(index)) == REASON_UNDEFINED)
		return false;
	return !case_has_input(cf, CASE_ENABLED) || cf->enabled.has_handler[index];
}
