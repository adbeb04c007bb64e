/* SPDX-License-Identifier: GPL-2.0-only */
/* The report for people: the failed clauses first, then the figures, then all verdicts. */
#ifndef EXITMETER_TABLE_H
#define EXITMETER_TABLE_H

#include <stdbool.h>

#include "judge/judge.h"

/* Returns the report, of at most PAGE_WIDTH columns; the caller frees it. */
char *table_format(const struct case_file *cf, const struct judgement *j, bool color);

#endif
