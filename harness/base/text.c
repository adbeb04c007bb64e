// SPDX-License-Identifier: GPL-2.0-only
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

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

void text_replace(char **slot, char *value)
{
	free(*slot);
	*slot = value;
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

void text_vfit(char *buf, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, size, fmt, ap);

	if (n >= 0 && (size_t)n >= size)
		strcpy(buf + size - 4, "...");
}

void text_fit(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vfit(buf, size, fmt, ap);
	va_end(ap);
}

const char *text_group_digits(uint64_t value, char buf[32])
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

char *text_base64(const void *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = data;
	char *out = xcalloc(1, (len + 2) / 3 * 4 + len / 57 + 2), *p = out;

	for (size_t i = 0; i < len; i += 3) {
		unsigned int left = (unsigned int)(len - i);
		unsigned int v = (unsigned int)in[i] << 16 | (left > 1 ? in[i + 1] << 8 : 0) |
				 (left > 2 ? in[i + 2] : 0);

		if (i && i % 57 == 0)
			*p++ = '\n';
		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		*p++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*p++ = left > 2 ? digits[v & 63] : '=';
	}
	return out;
}
