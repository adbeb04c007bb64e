/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds the samples of two variants, A and B, against each other.
 *
 * A figure of noisy runs is a finding where a permutation test says so, corrected by Holm's method for
 * the number of figures of its measure: where nothing differs, anything is found with a chance of 1 % at most
 * for exits, and as much for cycles, so of 2 % at most for both. Of 5,000 trials of N=10 with the figures of
 * real runs 54 found something, 1.1 % (build/unit/stats/test_compare 5000).  A figure of deterministic runs is a
 * finding where it differs at all.
 */
#ifndef EXITMETER_COMPARE_H
#define EXITMETER_COMPARE_H

#include "stats/describe.h"
#include "stats/samples.h"

#define COMPARE_ALPHA 0.01
#define COMPARE_TELL 0.05 /* a difference that one would want to be told */
#define COMPARE_POWER 0.8 /* with this chance */
#define COMPARE_SHARE 0.01 /* of its total, from which on a reason matters for that */

struct difference {
	const struct series *of; /* borrowed: that of A, or of B where A has none */
	double mean_a, mean_b;
	bool has_interval;
	struct interval interval; /* of mean_b - mean_a */
	double p, p_corrected; /* of an exact figure 0 or 1 */
	bool is_finding;
	bool is_unsteady; /* it should be exact, and differs from one run to the next of one variant */
	bool is_too_small; /* N does not tell a difference of 5 %, and the reason matters */
	size_t wanted_n; /* how many runs of each would, about */
};

struct comparison {
	const struct samples *a, *b; /* borrowed */
	bool is_exact;
	struct difference *list; /* owned: by scenario, measure, and how frequent the reason is */
	size_t count;
};

/* Both have at least one run. */
void compare(const struct samples *a, const struct samples *b, unsigned long seed,
	     struct comparison *ret);
void comparison_deinit(struct comparison *comparison);
size_t comparison_findings(const struct comparison *comparison);
/* What differs and by how much, in one sentence, and where N is too small; the caller frees. */
char *comparison_sentence(const struct comparison *comparison);

#endif
