/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A strict cursor over one line of untrusted text.  Each function takes what
 * it names and moves on, or returns false; after a false the cursor is of no
 * use, and the line is to be refused as a whole.
 */
#ifndef EXITMETER_SCAN_H
#define EXITMETER_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
	const char *at, *end;
};

static inline struct scan scan_over(const char *text, size_t len)
{
	return (struct scan){ .at = text, .end = text + len };
}

bool scan_literal(struct scan *s, const char *literal);
/* Decimal without sign or leading zero, at most 64 bits. */
bool scan_dec(struct scan *s, uint64_t *ret);
/* Lower-case hexadecimal of min to max (at most 16) digits, without 0x. */
bool scan_hex(struct scan *s, unsigned int min, unsigned int max, uint64_t *ret);
/* Bytes up to the next space or the end: 1 to size - 1 of them. */
bool scan_token(struct scan *s, char *ret, size_t size);
/* A token that is one of names; its index. */
bool scan_name(struct scan *s, const char *const *names, unsigned int count, unsigned int *ret);
bool scan_at_end(const struct scan *s);

#endif
