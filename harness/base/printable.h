/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text from somebody whom we do not trust is masked before it goes to a terminal, a file or another
 * program.  What a machine has said is ASCII: every other byte becomes a dot.  What people have written,
 * such as their names, may hold the letters of any script: there only a character that is not seen, or
 * that changes how others are seen, becomes a dot.
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
/*
 * Returns a masked copy of a text of people's, in UTF-8, which the caller frees.  Dots stand for control
 * characters (newlines among them), marks that turn the direction of writing, characters without a
 * width, numbers that no character has, and each byte that is no UTF-8.
 */
char *printable_text(const char *text);
/* The same for a text of several lines: newlines stay, and a tab becomes a blank. */
char *printable_lines(const char *text);

#endif
