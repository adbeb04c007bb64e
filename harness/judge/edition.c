// SPDX-License-Identifier: GPL-2.0-only
#include "judge/edition.h"

#include <string.h>

#include "base/memory.h"

static const struct edition exitmeter = {
	.name = "exitmeter",
	.title = "The full specification of exitmeter",
	.figures = FIGURE_EXITS | FIGURE_CYCLES | FIGURE_REASON_EXITS | FIGURE_REASON_CYCLES,
};

struct edition *edition_of_layout(enum em_layout layout)
{
	struct edition *e = xcalloc(1, sizeof(*e));

	*e = exitmeter;
	e->layout = layout;
	if (!em_leaves_of(layout).reason_cycles)
		e->figures &= ~(unsigned int)FIGURE_REASON_CYCLES;
	return e;
}

bool edition_is_own(const struct edition *e)
{
	return !strcmp(e->name, exitmeter.name);
}
