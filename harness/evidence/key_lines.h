/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A text of lines `key: value` behind a first line that says what it is.  The text is not trusted: every
 * byte of it must be printable, and a line has at most KEY_LINE_BYTES.
 */
#ifndef EXITMETER_KEY_LINES_H
#define EXITMETER_KEY_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_LINE_BYTES 512

/*
 * Calls `take` for each line behind the first, with key and value as strings that live until it returns.
 * False: the first line is another, a line is none, or `take` has returned false.  A line `details:`, if
 * there is one, ends the text: what follows is for people.
 */
bool key_lines_read(const char *text, size_t len, const char *first,
		    bool (*take)(const char *key, const char *value, void *context), void *context);

/* Copies a value; false: it does not fit into `size` bytes. */
bool key_line_copy(const char *value, char *to, size_t size);

#endif
