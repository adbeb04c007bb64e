/* SPDX-License-Identifier: GPL-2.0-only */
/* The report for people: failed clauses first, figures, verdicts. */
#ifndef EXITMETER_TABLE_H
#define EXITMETER_TABLE_H

#include <stdbool.h>

#include "judge/judge.h"

#define TABLE_WIDTH 100

/* Pure; at most TABLE_WIDTH columns; the caller frees the text. */
char *table_format(const struct case_file *cf, const struct judgement *j, bool color);

#endif
