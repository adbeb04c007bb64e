/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios: what of a guest's life is measured.  A run has one, which says which
 * points the guest's life then consists of; the figures of every scenario that
 * lies in that life can be told afterwards.
 */
#ifndef EXITMETER_SCENARIO_H
#define EXITMETER_SCENARIO_H

#include <stdbool.h>

#include "probe/record.h"

enum scenario { SCENARIO_BOOT, SCENARIO_REBOOT, SCENARIO_SHUTDOWN, SCENARIOS };
#define SCENARIO_WORDS "boot", "reboot", "shutdown"

#define SCENARIO_START (-1)	/* before every point: the counters are at 0 */

/* Where a scenario lies within the life that a run has. */
struct span {
	int from, to;		/* enum em_point; from may be SCENARIO_START */
};

const char *scenario_name(enum scenario scenario);
/* -1 if there is no such name. */
int scenario_by_name(const char *name);
/* What it is, in a few words. */
const char *scenario_title(enum scenario scenario);
/* The points of a run's life: bits 1 << enum em_point. */
unsigned int scenario_points(enum scenario run);
/* False if a run of the scenario `run` does not contain it. */
bool scenario_span(enum scenario run, enum scenario scenario, struct span *ret);

#endif
