/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The picture of a comparison: by how many percent B's mean of each frequent reason's exits is off A's, with the
 * difference's interval; findings stand out.
 */
#ifndef EXITMETER_COMPARE_PLOT_H
#define EXITMETER_COMPARE_PLOT_H

#include <jansson.h>
#include <stdbool.h>

#include "report/picture.h"

extern const struct picture compare_picture;

/* comparison: what comparison.json holds.  False: there is nothing to show.  Pure; the caller calls plot_deinit(). */
bool compare_plot_make(const json_t *comparison, struct plot *ret);

#endif
