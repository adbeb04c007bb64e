/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pictures of a report: for each a script for gnuplot and the data that it draws, with no word in either
 * that is not our own.
 */
#ifndef EXITMETER_PLOTS_H
#define EXITMETER_PLOTS_H

#include <stdbool.h>

#include "judge/case_file.h"
#include "report/picture.h"

enum plot_kind { PLOT_TIMELINE, PLOT_REASONS, PLOT_PUBLISHED, PLOTS };

extern const struct picture plot_pictures[PLOTS];

/* False: the run has not what the picture shows. */
bool plot_make(const struct case_file *cf, enum plot_kind kind, struct plot *ret);

#endif
