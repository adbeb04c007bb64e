// SPDX-License-Identifier: GPL-2.0-only
#include "judge/edition.h"

#include <string.h>

bool edition_is_own(const struct edition *e)
{
	return !strcmp(e->name, EDITION_OWN);
}

bool edition_is_answer(const struct edition_answer *wanted, const struct em_regs *got)
{
	const struct em_regs *w = &wanted->regs;

	return (wanted->any & 1 << 0 || w->eax == got->eax) && (wanted->any & 1 << 1 || w->ebx == got->ebx) &&
	       (wanted->any & 1 << 2 || w->ecx == got->ecx) && (wanted->any & 1 << 3 || w->edx == got->edx);
}

unsigned int edition_layout_figures(enum em_layout layout)
{
	unsigned int figures = 0;

	for (uint32_t leaf = EM_LEAF_FIRST; leaf <= EM_LEAF_FIRST + 3; leaf++)
		figures |= edition_leaf_figures(layout, leaf);
	return figures;
}

unsigned int edition_leaf_figures(enum em_layout layout, uint32_t leaf)
{
	struct em_leaves l = em_leaves_of(layout);

	return (leaf == l.total ? FIGURE_EXITS : 0) | (leaf == l.total_cycles ? FIGURE_CYCLES : 0) |
	       (leaf == l.reason ? FIGURE_REASON_EXITS : 0) |
	       (leaf == l.reason_cycles ? FIGURE_REASON_CYCLES : 0);
}

const char *edition_figure_name(unsigned int figure)
{
	switch (figure) {
	case FIGURE_EXITS:
		return "total exits";
	case FIGURE_CYCLES:
		return "total cycles";
	case FIGURE_REASON_EXITS:
		return "exits of a reason";
	case FIGURE_REASON_CYCLES:
		return "cycles of a reason";
	default:
		return "nothing that is known";
	}
}
