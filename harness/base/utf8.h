/* SPDX-License-Identifier: GPL-2.0-only */
/* Characters in UTF-8 (RFC 3629). */
#ifndef EXITMETER_UTF8_H
#define EXITMETER_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Decodes the first character of `len` bytes.  Returns how many of them it has, from 1 to 4, or 0 where
 * they are no UTF-8: a wrong or missing byte, a character in more bytes than it needs, a half of a
 * surrogate pair, a number above U+10FFFF.
 */
size_t utf8_decode(const char *text, size_t len, uint32_t *ret);
/* The line (from 1) of the first byte that is no UTF-8, or is NUL; 0 where there is none. */
unsigned int utf8_bad_line(const char *text, size_t len);

#endif
