/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text from a machine that we do not trust is masked before it goes to a terminal or to another
 * program: every byte that is not printable ASCII becomes a dot.
 */
#ifndef EXITMETER_PRINTABLE_H
#define EXITMETER_PRINTABLE_H

#include <stdio.h>

static inline char printable(char c)
{
	return c >= 0x20 && c < 0x7f ? c : '.';
}

/* Prints the masked text. */
void printable_put(FILE *out, const char *text);
/* Prints it in double quotes, with a backslash before each quote and backslash, as YAML wants it. */
void printable_put_quoted(FILE *out, const char *text);
/* Returns a masked copy, which the caller frees. */
char *printable_copy(const char *text);

#endif
