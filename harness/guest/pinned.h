/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps this thread, and whoever is forked from it, on one CPU for a while. */
#ifndef EXITMETER_PINNED_H
#define EXITMETER_PINNED_H

#include <sched.h>
#include <stdbool.h>

struct pinned {
	cpu_set_t before;
	bool is_pinned;
};

/* Where the CPU cannot be had, the thread stays as it is. */
static inline struct pinned pinned_begin(void)
{
	struct pinned p = { 0 };
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	p.is_pinned = sched_getaffinity(0, sizeof(p.before), &p.before) == 0 &&
		      sched_setaffinity(0, sizeof(first), &first) == 0;
	return p;
}

static inline void pinned_end(const struct pinned *p)
{
	if (p->is_pinned)
		sched_setaffinity(0, sizeof(p->before), &p->before);
}

#endif
