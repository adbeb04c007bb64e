// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/file_format.h"

#define KEY "format"

void file_format_set(json_t *json, int format)
{
	json_object_set_new(json, KEY, json_integer(format));
}

int file_format_check(const json_t *json, const char *name, int known, struct error *err)
{
	const json_t *format = json_object_get(json, KEY);
	json_int_t number = json_integer_value(format);

	if (!format || (number >= 1 && number <= known))
		return 0;
	if (!json_is_integer(format) || number < 1)
		return error_set(err, STATUS_USAGE, "%s: its \"format\" is no format number", name);
	return error_set(err, STATUS_USAGE, "%s is of format %lld, and this exitmeter knows %d: a newer "
			 "exitmeter is needed", name, (long long)number, known);
}
