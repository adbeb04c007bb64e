/* SPDX-License-Identifier: GPL-2.0-only */
/* What pages and pictures of batches read of batch.json and comparison.json.  What is not there is "" or 0.  Pure. */
#ifndef EXITMETER_FIGURE_JSON_H
#define EXITMETER_FIGURE_JSON_H

#include <jansson.h>
#include <stdbool.h>

const char *figure_text(const json_t *json, const char *key);
double figure_number(const json_t *json, const char *key);
/* A figure is of exits or of cycles. */
bool figure_is_exits(const json_t *figure);
bool figure_is_total(const json_t *figure);
/* False: the figure has no interval; then low and high stay as they are. */
bool figure_interval(const json_t *figure, double *ret_low, double *ret_high);

#endif
