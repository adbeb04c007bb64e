/* SPDX-License-Identifier: GPL-2.0-only */
/* Strangers' texts in Markdown (CommonMark, and what GitHub and GitLab add to it). */
#ifndef EXITMETER_MARKDOWN_H
#define EXITMETER_MARKDOWN_H

#include <stdio.h>

/*
 * Writes a text, masked (printable.h), into a line that has begun already: no character of it is taken
 * for Markdown, for HTML or for a link.
 */
void markdown_put(FILE *out, const char *text);
/* Writes a text of one or more lines as a block of code, with empty lines around it. */
void markdown_put_code(FILE *out, const char *text);

#endif
