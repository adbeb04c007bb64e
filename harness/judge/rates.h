/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the number of exits grew over a guest's life, of what was sampled (evidence/timeline.h): in each
 * phase, and whether the rate was stable.  Counts between two samples are interpolated.
 */
#ifndef EXITMETER_RATES_H
#define EXITMETER_RATES_H

#include "judge/case_file.h"

/* A rate whose coefficient of variation is below this counts as stable: a convention, which reports tell. */
#define RATES_STABLE_CV 0.25
#define RATES_BINS_MIN 5 /* of fewer, no variation is told */
#define RATES_TOP 3
#define RATES_BIN_MIN 10 /* ms: the host looks no oftener */
#define RATES_MS_MAX 86400000u /* a run that is told to be longer than a day is none */

struct rate_phase {
	enum boot_mark mark; /* what it begins with */
	uint64_t from_ms, to_ms;
	uint64_t exits, cycles;
	double per_second;
	double per_mcycle; /* exits per million cycles of the TSC; 0: its rate is not known */
	unsigned int bins;
	double variation; /* the coefficient over the bins; negative: too few of them */
	unsigned int top_count;
	struct {
		uint64_t number, exits;
	} top[RATES_TOP]; /* the leading reasons */
};

struct rates {
	uint64_t bin_ms, duration_ms, exits;
	unsigned int bins;
	double variation; /* as above */
	bool has_seconds; /* at least RATES_BINS_MIN whole seconds */
	uint64_t busiest_ms; /* where the busiest second begins */
	uint64_t busiest, median; /* exits in that second and in the median one */
	unsigned int phase_count;
	struct rate_phase phase[TIMELINE_MARKS_MAX]; /* those that lasted, in order */
};

/* False: nothing was sampled, or what was sampled is damaged. */
bool rates_of(const struct case_file *cf, struct rates *ret);
/* The phase that a moment lies in; NULL: none. */
const struct rate_phase *rates_phase_at(const struct rates *r, uint64_t ms);
/* What had been counted by a moment; column -1: all reasons. */
double rates_exits_at(const struct timeline *t, double ms, int column);

#endif
