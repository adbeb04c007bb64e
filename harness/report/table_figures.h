/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_TABLE_FIGURES_H
#define EXITMETER_TABLE_FIGURES_H

#include <stdio.h>

#include "judge/case_file.h"

/* Prints the exits by reason and the totals at each point; nothing, if there are no figures. */
void table_print_figures(FILE *out, const struct case_file *cf);

#endif
