/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_JSON_TEXT_H
#define EXITMETER_JSON_TEXT_H

#include <jansson.h>

/*
 * A text as JSON, or null for NULL.  JSON holds UTF-8 only, and jansson refuses
 * anything else: such a text loses what is not printable ASCII, and not the file.
 */
json_t *json_text(const char *text);

#endif
