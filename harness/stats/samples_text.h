/* SPDX-License-Identifier: GPL-2.0-only */
/* Samples and comparisons as text for people, and as JSON for programs.  Pure. */
#ifndef EXITMETER_SAMPLES_TEXT_H
#define EXITMETER_SAMPLES_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "stats/compare.h"

/* How many runs there are, and of how many nothing was taken and why: "20 runs; beside them: 1 woken".  The caller frees. */
char *samples_told(const struct samples *samples);
/*
 * Rows with n, median, mean, interval, least and most of each series of exits, the most frequent first; the
 * samples were described.
 */
void samples_print(FILE *out, const struct samples *samples);
/* Rows with both means, the difference, its interval and p of each figure; then the sentence. */
void comparison_print(FILE *out, const struct comparison *comparison);
/* Of samples that were described.  The caller drops the reference. */
json_t *samples_to_json(const struct samples *samples);
/* The caller drops the reference. */
json_t *comparison_to_json(const struct comparison *comparison);

#endif
