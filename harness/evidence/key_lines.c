// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/key_lines.h"

#include <string.h>

/* Copies the next line, without its newline, and moves behind it. */
static bool take_line(const char **at, size_t *left, char line[KEY_LINE_BYTES])
{
	const char *newline = memchr(*at, '\n', *left);
	size_t len = newline ? (size_t)(newline - *at) : 0;

	if (!newline || len >= KEY_LINE_BYTES)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((*at)[i] < 0x20 || (*at)[i] > 0x7e)
			return false;
	memcpy(line, *at, len);
	line[len] = '\0';
	*at = newline + 1;
	*left -= len + 1;
	return true;
}

bool key_lines_read(const char *text, size_t len, const char *first,
		    bool (*take)(const char *key, const char *value, void *context), void *context)
{
	char line[KEY_LINE_BYTES], *colon;

	if (!take_line(&text, &len, line) || strcmp(line, first))
		return false;
	while (len > 0) {
		if (!take_line(&text, &len, line))
			return false;
		if (!strcmp(line, "details:"))
			return true;
		colon = strstr(line, ": ");
		if (!colon || colon == line)
			return false;
		*colon = '\0';
		if (!take(line, colon + 2, context))
			return false;
	}
	return true;
}

bool key_line_copy(const char *value, char *to, size_t size)
{
	size_t len = strlen(value);

	if (len >= size)
		return false;
	memcpy(to, value, len + 1);
	return true;
}
