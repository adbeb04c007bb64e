/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario is the part of a guest's life that is measured.  Each run has one, which decides at
 * which points the probe reads.  Afterwards the figures of every scenario that lies between these
 * points can be told.
 */
#ifndef EXITMETER_SCENARIO_H
#define EXITMETER_SCENARIO_H

#include <stdbool.h>

#include "probe/record.h"

enum scenario { SCENARIO_BOOT, SCENARIO_REBOOT, SCENARIO_SHUTDOWN, SCENARIO_OPERATIONS, SCENARIO_WORKLOAD, SCENARIOS };
#define SCENARIO_WORDS "boot", "reboot", "shutdown", "operations", "workload"

#define SCENARIO_START (-1)	/* the VM's creation, before every point: the counters are 0 */

/* The points between which a scenario lies. */
struct span {
	int from, to;		/* enum em_point; from may be SCENARIO_START */
};

const char *scenario_name(enum scenario scenario);
/* The scenario of that name; -1: there is none. */
int scenario_by_name(const char *name);
/* What the scenario measures, in a few words. */
const char *scenario_title(enum scenario scenario);
/* The points of a run of that scenario: bits 1 << enum em_point. */
unsigned int scenario_points(enum scenario run);
/* Where a scenario lies in a run of the scenario `run`; false: that run does not contain it. */
bool scenario_span(enum scenario run, enum scenario scenario, struct span *ret);

#endif
