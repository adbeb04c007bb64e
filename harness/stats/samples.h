/* SPDX-License-Identifier: GPL-2.0-only */
/* The figures of several runs that were asked for the same: a series for each scenario, reason and measure. */
#ifndef EXITMETER_SAMPLES_H
#define EXITMETER_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/describe.h"

enum measure { MEASURE_EXITS, MEASURE_CYCLES, MEASURES };
extern const char *const measure_names[MEASURES];

#define REASON_TOTAL "total"
/* One seed for all, so that the same samples give the same bytes. */
#define SAMPLES_SEED 17

struct series {
	char *scenario; /* owned: "boot" */
	char *reason; /* owned: "NPF 0x400", or REASON_TOTAL */
	enum measure measure;
	uint64_t *values; /* owned: one of each run, 0 where the reason did not occur */
	struct description told; /* by samples_describe(); before, n is 0 */
};

struct samples {
	char *name; /* owned: of the variant */
	bool is_exact; /* the runs are deterministic: a figure that differs is a finding, and no noise */
	struct series *list; /* owned */
	size_t count;
	size_t runs; /* how many runs the series have */
	size_t failed; /* of how many of these a clause has failed */
	size_t by_port; /* of how many the records came by the serial port: each of their bytes is two exits */
	/* Of how many runs nothing was taken, and why; the first two are taken where that is asked for. */
	size_t woken, retried, lost, missing;
};

/* Begins the figures of another run. */
void samples_begin_run(struct samples *samples);
/* Puts a figure of the run that was begun last. */
void samples_put(struct samples *samples, const char *scenario, const char *reason,
		 enum measure measure, uint64_t value);
/* The series of that kind; NULL: there is none, and each run has 0. */
const struct series *samples_find(const struct samples *samples, const struct series *like);
/*
 * Describes each series, once, so that text, page and JSON tell the same interval. Each is drawn from the seed
 * anew: what else is in the samples changes no interval.
 */
void samples_describe(struct samples *samples);
/* Whether all of them are the same. */
bool values_are_steady(const uint64_t *values, size_t n);
/* How many figures differ from one run to another. */
size_t samples_unsteady(const struct samples *samples);
void samples_deinit(struct samples *samples);

#endif
