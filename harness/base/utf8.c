// SPDX-License-Identifier: GPL-2.0-only
#include "base/utf8.h"

static size_t bytes_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	return first >= 0xf0 ? first < 0xf8 ? 4 : 0 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
}

size_t utf8_decode(const char *text, size_t len, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *in = (const unsigned char *)text;
	size_t bytes = len ? bytes_of(*in) : 0;
	uint32_t c;

	if (!bytes || bytes > len)
		return 0;
	c = bytes == 1 ? *in : *in & (0x7fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		if ((in[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (in[i] & 0x3f);
	}
	if (c < least[bytes] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret = c;
	return bytes;
}

unsigned int utf8_bad_line(const char *text, size_t len)
{
	unsigned int line = 1;
	uint32_t c;

	for (size_t bytes; len; text += bytes, len -= bytes) {
		bytes = utf8_decode(text, len, &c);
		if (!bytes || !c)
			return line;
		line += c == '\n';
	}
	return 0;
}
