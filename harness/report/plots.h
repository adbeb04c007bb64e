/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pictures of a report: for each a script for gnuplot and the data that it draws, with no word in either
 * that is not our own.  `gnuplot plot-NAME.gp > NAME.svg` draws it in its folder, and
 * `gnuplot -e PDF=1 plot-NAME.gp > NAME.pdf` as PDF.
 */
#ifndef EXITMETER_PLOTS_H
#define EXITMETER_PLOTS_H

#include <stdbool.h>

#include "judge/case_file.h"

enum plot_kind { PLOT_TIMELINE, PLOT_REASONS, PLOT_PUBLISHED, PLOTS };

extern const char *const plot_names[PLOTS];

struct plot {
	char *script, *data; /* owned */
	char *words; /* owned: what is to be seen, for who does not see it */
};

/* False: the run has not what the picture shows. */
bool plot_make(const struct case_file *cf, enum plot_kind kind, struct plot *ret);
void plot_deinit(struct plot *p);

#endif
