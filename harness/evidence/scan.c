// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/scan.h"

#include <stdarg.h>
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

	while (s->at < s->end && *s->at != ' ' && *s->at != '\n') {
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

static bool scan_u32(struct scan *s, unsigned int min, uint32_t *ret)
{
	uint64_t value;

	if (!scan_hex(s, min, 8, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

bool scan_regs(struct scan *s, struct em_regs *ret)
{
	return scan_u32(s, 8, &ret->eax) && scan_literal(s, ":") &&
	       scan_u32(s, 8, &ret->ebx) && scan_literal(s, ":") &&
	       scan_u32(s, 8, &ret->ecx) && scan_literal(s, ":") &&
	       scan_u32(s, 8, &ret->edx);
}

static bool scan_name_arguments(struct scan *s, va_list *ap)
{
	const char *const *names = va_arg(*ap, const char *const *);
	unsigned int count = (unsigned int)va_arg(*ap, int);

	return scan_name(s, names, count, va_arg(*ap, unsigned int *));
}

static bool scan_token_arguments(struct scan *s, va_list *ap)
{
	char *ret = va_arg(*ap, char *);

	return scan_token(s, ret, va_arg(*ap, size_t));
}

static bool scan_conversion(struct scan *s, char conversion, va_list *ap)
{
	switch (conversion) {
	case 'd':
		return scan_dec(s, va_arg(*ap, uint64_t *));
	case 'q':
		return scan_hex(s, 1, 16, va_arg(*ap, uint64_t *));
	case 'h':
		return scan_u32(s, 1, va_arg(*ap, uint32_t *));
	case 'x':
		return scan_u32(s, 8, va_arg(*ap, uint32_t *));
	case 'r':
		return scan_regs(s, va_arg(*ap, struct em_regs *));
	case 's':
		return scan_token_arguments(s, ap);
	default:
		return scan_name_arguments(s, ap);
	}
}

static bool scan_arguments(struct scan *s, const char *fmt, va_list *ap)
{
	for (; *fmt; fmt++) {
		if (*fmt == '%') {
			if (!scan_conversion(s, *++fmt, ap))
				return false;
		} else if (s->at == s->end || *s->at++ != *fmt) {
			return false;
		}
	}
	return true;
}

bool scan_format(struct scan *s, const char *fmt, ...)
{
	va_list ap;
	bool is_taken;

	va_start(ap, fmt);
	is_taken = scan_arguments(s, fmt, &ap);
	va_end(ap);
	return is_taken;
}

bool scan_all(struct scan *s, const char *fmt, ...)
{
	va_list ap;
	bool is_taken;

	va_start(ap, fmt);
	is_taken = scan_arguments(s, fmt, &ap);
	va_end(ap);
	return is_taken && scan_at_end(s);
}

bool scan_at_end(const struct scan *s)
{
	return s->at == s->end;
}
