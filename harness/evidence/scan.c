// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/scan.h"

#include <string.h>

bool scan_literal(struct scan *s, const char *literal)
{
	size_t len = strlen(literal);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, literal, len))
		return false;
	s->at += len;
	return true;
}

bool scan_dec(struct scan *s, uint64_t *ret)
{
	const char *start = s->at;
	uint64_t value = 0;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*s->at - '0'), &value))
			return false;
		s->at++;
	}
	*ret = value;
	return s->at > start && (*start != '0' || s->at == start + 1);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool scan_hex(struct scan *s, unsigned int min, unsigned int max, uint64_t *ret)
{
	unsigned int digits = 0;
	int digit;

	*ret = 0;
	while (s->at < s->end && (digit = hex_digit(*s->at)) >= 0) {
		if (++digits > max)
			return false;
		*ret = *ret << 4 | (uint64_t)digit;
		s->at++;
	}
	return digits >= min;
}

bool scan_token(struct scan *s, char *ret, size_t size)
{
	size_t len = 0;

	while (s->at < s->end && *s->at != ' ') {
		if (len + 1 >= size)
			return false;
		ret[len++] = *s->at++;
	}
	ret[len] = '\0';
	return len > 0;
}

bool scan_name(struct scan *s, const char *const *names, unsigned int count, unsigned int *ret)
{
	char token[32];

	if (!scan_token(s, token, sizeof(token)))
		return false;
	for (*ret = 0; *ret < count; ++*ret)
		if (!strcmp(names[*ret], token))
			return true;
	return false;
}

bool scan_at_end(const struct scan *s)
{
	return s->at == s->end;
}
