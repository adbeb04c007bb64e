/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of a page: each has a caption and heads, and scrolls by itself where it is wider than the page. */
#ifndef EXITMETER_HTML_TABLE_H
#define EXITMETER_HTML_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void html_table_begin(FILE *out, const char *caption, const char *const *heads, size_t count);
void html_table_end(FILE *out);
/* Begins a row by its head; the caller ends it by </tr>. */
void html_row_begin(FILE *out, const char *name);
/* A cell with a number. */
void html_put_number(FILE *out, uint64_t value);
void html_put_real(FILE *out, double value, int decimals);

#endif
