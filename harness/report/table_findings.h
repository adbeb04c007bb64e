/* SPDX-License-Identifier: GPL-2.0-only */
/* What failed and what was lost, at the head of the report. */
#ifndef EXITMETER_TABLE_FINDINGS_H
#define EXITMETER_TABLE_FINDINGS_H

#include <stdio.h>

#include "judge/judge.h"

/* Prints each clause of that verdict, with what was wanted and got side by side. */
void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color);

#endif
