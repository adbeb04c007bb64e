/* SPDX-License-Identifier: GPL-2.0-only */
/* Exits and cycles, in total and by reason: at a moment of a run, or between two moments. */
#ifndef EXITMETER_FIGURES_H
#define EXITMETER_FIGURES_H

#include "judge/case_file.h"

struct figures {
	uint64_t exits, cycles;
	/*
	 * How many of these the probe caused by reading and writing, if has_own says that it told.
	 */
	bool has_own;
	uint64_t own_exits, own_cycles;
	bool has_cycles;	/* the rows have cycles, which not every layout tells */
	unsigned int count;
	struct host_reason row[HOSTCOUNT_REASONS_MAX];	/* those that occurred, the most frequent first */
};

/* Orders struct host_reason for qsort(): the most frequent first, and those of as many exits by their number. */
int figures_by_exits(const void *a, const void *b);

/* What the host counted in total.  The case file must have the input CASE_HOST. */
void figures_of_host(const struct case_file *cf, struct figures *ret);
/* What the guest read at a point, which must be complete. */
void figures_of_point(const struct case_file *cf, enum em_point point, struct figures *ret);
/*
 * What came between the two points of a scenario, from reading to reading.  It includes what the
 * probe caused by writing the records of the first point, and by the points between.  False: the
 * run does not contain the scenario, or a point of it was lost.
 */
bool figures_of_scenario(const struct case_file *cf, enum scenario scenario, struct figures *ret);

#endif
