/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_CSV_PUT_H
#define EXITMETER_CSV_PUT_H

#include <stdio.h>

/*
 * Writes one field of a table (csv.h), without the comma before it.  The text is masked (printable.h), and
 * one that a spreadsheet would take for a formula gets an apostrophe before it.
 */
void csv_put(FILE *out, const char *text);

#endif
