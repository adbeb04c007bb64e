/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pictures of a batch: for each variant the mean of the exits in total, with its interval and each run; and for
 * each frequent reason the mean of each variant against that of the first.  No word in script or data can be taken for
 * anything but a word, whatever a variant is called.
 */
#ifndef EXITMETER_BATCH_PLOTS_H
#define EXITMETER_BATCH_PLOTS_H

#include <jansson.h>
#include <stdbool.h>

#include "report/picture.h"

enum batch_plot_kind { BATCH_PLOT_TOTALS, BATCH_PLOT_REASONS, BATCH_PLOTS };

extern const struct picture batch_pictures[BATCH_PLOTS];

/* batch: what batch.json holds.  False: there is no run to show.  Pure; the caller calls plot_deinit(). */
bool batch_plot_make(const json_t *batch, enum batch_plot_kind kind, struct plot *ret);

#endif
