/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the report for people is printed: its width, its colours, and texts that are broken into
 * rows.
 */
#ifndef EXITMETER_PAGE_H
#define EXITMETER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "judge/finding.h"

#define PAGE_WIDTH 100	/* columns; no row is wider */

/* Prints a word in the colour of a verdict. */
void page_print_verdict(FILE *out, enum verdict verdict, const char *word, bool color);
/*
 * Prints a masked text (printable.h) behind a label, in rows of at most `width` (up to PAGE_WIDTH)
 * columns. The rows below the first are indented by the label's width.
 */
void page_print_rows(FILE *out, const char *label, const char *text, size_t width);
/* The same with PAGE_WIDTH columns. */
void page_print_wrapped(FILE *out, const char *label, const char *text);
/* Prints two masked texts side by side, each in rows of half the width. */
void page_print_side_by_side(FILE *out, const char *left, const char *right);

#endif
