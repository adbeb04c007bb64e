/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_TABLE_RATES_H
#define EXITMETER_TABLE_RATES_H

#include <stdio.h>

#include "judge/case_file.h"
#include "judge/rates.h"

/* Prints how the exits grew, phase by phase, and whether their rate was stable; nothing of a run without samples. */
void table_print_rates(FILE *out, const struct case_file *cf);
/* The sentences below that table, each as a line; the caller frees. */
char *rates_sentences(const struct case_file *cf, const struct rates *r);

#endif
