/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of the command `stat`: for people, a row for each VM with exits per second by reason; as CSV, a row for
 * each VM and reason with the counts themselves.
 */
#ifndef EXITMETER_STAT_PRINT_H
#define EXITMETER_STAT_PRINT_H

#include <stdio.h>
#include <time.h>

#include "report/stat_rates.h"

/* How many reasons fit into rows of so many columns of a terminal; at least one. */
unsigned int stat_columns_that_fit(unsigned int width);
void stat_print_head(FILE *out, const struct stat_columns *c);
void stat_print_row(FILE *out, const struct stat_columns *c, const struct stat_delta *d);

void stat_print_csv_head(FILE *out);
/*
 * The rows of a VM: the total, whose reason is `total`, then each reason that had an exit; `other` has
 * the exit codes that have no counter of their own.  when: the time of day.
 */
void stat_print_csv(FILE *out, const struct stat_delta *d, time_t when);

#endif
