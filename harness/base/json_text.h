/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_JSON_TEXT_H
#define EXITMETER_JSON_TEXT_H

#include <jansson.h>

/*
 * Returns a text as a JSON string, or null for NULL.  JSON holds UTF-8 only, and jansson refuses
 * anything else: such a text is masked (printable.h), so that the file is written all the same.
 */
json_t *json_text(const char *text);

#endif
