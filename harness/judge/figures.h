/* SPDX-License-Identifier: GPL-2.0-only */
/* Exits and cycles, in all and by reason: at a moment of a run, or between two. */
#ifndef EXITMETER_FIGURES_H
#define EXITMETER_FIGURES_H

#include "judge/case_file.h"

struct figures {
	uint64_t exits, cycles;
	/* Of these the probe's own, by reading and writing; where it told. */
	bool has_own;
	uint64_t own_exits, own_cycles;
	bool has_cycles;	/* per reason: the layout may not tell */
	unsigned int count;
	struct host_reason row[HOSTCOUNT_REASONS_MAX];	/* that occurred, the most frequent first */
};

/* What the host counted in all; run->input[CASE_HOST].state must be INPUT_READ. */
void figures_of_host(const struct case_file *cf, struct figures *ret);
/* What the guest read at a complete point. */
void figures_of_point(const struct case_file *cf, enum em_point point, struct figures *ret);
/*
 * What came between the points of a scenario, from read to read: the writing of
 * the first, and all of those in between, is in it.
 * False where the run has no such scenario, or a point of it was lost.
 */
bool figures_of_scenario(const struct case_file *cf, enum scenario scenario, struct figures *ret);

#endif
