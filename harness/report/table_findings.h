/* SPDX-License-Identifier: GPL-2.0-only */
/* What failed and what was lost, at the head of the report; and how the report prints words. */
#ifndef EXITMETER_TABLE_FINDINGS_H
#define EXITMETER_TABLE_FINDINGS_H

#include <stdio.h>

#include "judge/judge.h"

/* Each clause of that verdict, wanted and got side by side. */
void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color);
/* The text, what is not printable made dots, in rows behind the label and below its end. */
void table_print_wrapped(FILE *out, const char *label, const char *text);
/* A verdict's word, in its colour. */
void table_print_verdict(FILE *out, enum verdict verdict, const char *word, bool color);

#endif
