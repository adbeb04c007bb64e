/* SPDX-License-Identifier: GPL-2.0-only */
/* What failed and what was lost, at the head of the report. */
#ifndef EXITMETER_TABLE_FINDINGS_H
#define EXITMETER_TABLE_FINDINGS_H

#include <stdio.h>

#include "judge/judge.h"

/*
 * Prints each clause of that verdict, with what was wanted and got side by side.  One that follows
 * from another is only named there, and a leak is not advice like the rest: it has come before.
 */
void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color);
/* Prints the advice that words of the host's kernel get into the guest. */
void table_print_leaks(FILE *out, const struct judgement *j, bool color);

#endif
