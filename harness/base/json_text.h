/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON whose texts come from strangers.  They are masked (printable.h), line by line, so that a JSON
 * file brings nothing to a terminal but what is seen; and the file is ASCII, with \uXXXX for the rest.
 */
#ifndef EXITMETER_JSON_TEXT_H
#define EXITMETER_JSON_TEXT_H

#include <jansson.h>

/* Returns a text, masked, as a JSON string, or null for NULL. */
json_t *json_text(const char *text);
/*
 * Returns a document as text, which the caller frees: masked, keys and objects within included, indented
 * by two blanks, with a newline at its end.
 */
char *json_format(const json_t *json);

#endif
