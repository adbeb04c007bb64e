/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A strict cursor over text that is not trusted.  Each function takes what it names and moves on,
 * or returns false.  After a false the cursor is of no use, and the text is refused as a whole.
 */
#ifndef EXITMETER_SCAN_H
#define EXITMETER_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe/record.h"

struct scan {
	const char *at, *end;
};

static inline struct scan scan_over(const char *text, size_t len)
{
	return (struct scan){ .at = text, .end = text + len };
}

bool scan_literal(struct scan *s, const char *literal);
/* Takes a decimal number without a sign or a leading zero, of at most 64 bits. */
bool scan_dec(struct scan *s, uint64_t *ret);
/* Takes lower-case hexadecimal of min to max (at most 16) digits, without 0x. */
bool scan_hex(struct scan *s, unsigned int min, unsigned int max, uint64_t *ret);
/* Takes 1 to size - 1 bytes up to the next space, newline or end. */
bool scan_token(struct scan *s, char *ret, size_t size);
/* Takes a token that is one of `count` names, and returns its index. */
bool scan_name(struct scan *s, const char *const *names, unsigned int count, unsigned int *ret);
/* Takes four registers as EM_REGS_FMT prints them. */
bool scan_regs(struct scan *s, struct em_regs *ret);
/*
 * Takes what a format describes: its bytes as they are, and in place of
 *
 *	%d	a decimal number			uint64_t *
 *	%q	1 to 16 hexadecimal digits		uint64_t *
 *	%h	1 to 8 hexadecimal digits		uint32_t *
 *	%x	8 hexadecimal digits			uint32_t *
 *	%r	four registers				struct em_regs *
 *	%s	a token					char *, size_t (its size)
 *	%n	a name		const char *const *, int (their number), unsigned int *
 */
bool scan_format(struct scan *s, const char *fmt, ...);
/* As scan_format(), and nothing may follow. */
bool scan_all(struct scan *s, const char *fmt, ...);
bool scan_at_end(const struct scan *s);

#endif
