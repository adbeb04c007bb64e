/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict of each clause, at the end of the report. */
#ifndef EXITMETER_TABLE_VERDICTS_H
#define EXITMETER_TABLE_VERDICTS_H

#include <stdio.h>

#include "judge/judge.h"

/*
 * Prints rows of at most `width` columns.  Nothing is cut: what is too long goes on in the next
 * row.
 */
void table_print_verdicts(FILE *out, const struct judgement *j, size_t width, bool color);

#endif
