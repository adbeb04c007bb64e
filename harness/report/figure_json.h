/* SPDX-License-Identifier: GPL-2.0-only */
/* What pages and pictures of batches read of batch.json and comparison.json.  What is not there is "" or 0.  Pure. */
#ifndef EXITMETER_FIGURE_JSON_H
#define EXITMETER_FIGURE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

const char *figure_text(const json_t *json, const char *key);
double figure_number(const json_t *json, const char *key);
/* A figure is of exits or of cycles. */
bool figure_is_exits(const json_t *figure);
bool figure_is_total(const json_t *figure);
/* False: the figure has no interval; then low and high stay as they are. */
bool figure_interval(const json_t *figure, double *ret_low, double *ret_high);
/* gnuplot's names of rows, a figure at each whole number from 0 on: "boot CPUID 0x72". */
void figures_put_tics(FILE *out, const json_t *const *figures, size_t count);

#endif
