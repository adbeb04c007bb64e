// SPDX-License-Identifier: GPL-2.0-only
#include "base/text.h"

#include <inttypes.h>

#include "base/memory.h"

FILE *text_open(struct text *t)
{
	*t = (struct text){ 0 };
	t->out = open_memstream(&t->bytes, &t->len);
	if (!t->out)
		memory_is_out();
	return t->out;
}

char *text_close(struct text *t)
{
	/* A stream in memory fails for want of memory only, and tells it here at the latest. */
	if (ferror(t->out) || fclose(t->out) != 0)
		memory_is_out();
	t->out = NULL;
	return take_ptr(t->bytes);
}

void text_drop(struct text *t)
{
	if (t->out)
		fclose(t->out);
	free(t->bytes);
	*t = (struct text){ 0 };
}

void text_join(char **list, const char *separator, const char *fmt, ...)
{
	_cleanup_free_ char *before = *list, *part = NULL;
	va_list ap;

	va_start(ap, fmt);
	part = xvasprintf(fmt, ap);
	va_end(ap);
	*list = before && *before ? xasprintf("%s%s%s", before, separator, part) : take_ptr(part);
}

const char *group_digits(uint64_t value, char buf[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}
