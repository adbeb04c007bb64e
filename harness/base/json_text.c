// SPDX-License-Identifier: GPL-2.0-only
#include "base/json_text.h"

#include "base/memory.h"
#include "base/printable.h"

json_t *json_text(const char *text)
{
	json_t *json = text ? json_string(text) : json_null();
	_cleanup_free_ char *masked = NULL;

	if (json)
		return json;
	masked = printable_copy(text);
	return json_string(masked);
}
