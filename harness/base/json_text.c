// SPDX-License-Identifier: GPL-2.0-only
#include "base/json_text.h"

#include "base/memory.h"
#include "base/printable.h"

/* Enough for hundredths, without the digits that a binary fraction brings along. */
#define REAL_DIGITS 12

json_t *json_text(const char *text)
{
	_cleanup_free_ char *masked = text ? printable_lines(text) : NULL;

	return masked ? json_string(masked) : json_null();
}

static json_t *mask(const json_t *json);

static json_t *mask_object(const json_t *json)
{
	json_t *copy = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)json, key, value) {
		_cleanup_free_ char *masked = printable_text(key);

		json_object_set_new(copy, masked, mask(value));
	}
	return copy;
}

static json_t *mask_array(const json_t *json)
{
	json_t *copy = json_array(), *value;
	size_t i;

	json_array_foreach(json, i, value)
		json_array_append_new(copy, mask(value));
	return copy;
}

static json_t *mask(const json_t *json)
{
	if (json_is_object(json))
		return mask_object(json);
	if (json_is_array(json))
		return mask_array(json);
	return json_is_string(json) ? json_text(json_string_value(json)) : json_deep_copy(json);
}

char *json_format(const json_t *json)
{
	json_t *masked = mask(json);
	_cleanup_free_ char *text = json_dumps(masked, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY |
					       JSON_REAL_PRECISION(REAL_DIGITS));

	json_decref(masked);
	if (!text)
		memory_is_out();	/* every string is UTF-8 now: nothing else can fail here */
	return xasprintf("%s\n", text);
}
