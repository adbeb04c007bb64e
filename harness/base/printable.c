// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.h"

#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

/* Ranges of characters that are not seen, or that change how others are seen (Unicode 15). */
static const struct {
	uint32_t from, to;
} unseen[] = {
	{ 0x0, 0x1f },		/* control characters */
	{ 0x7f, 0x9f },		/* DEL, and those of C1: U+009B begins an escape sequence */
	{ 0xad, 0xad },		/* soft hyphen */
	{ 0x61c, 0x61c },	/* Arabic letter mark */
	{ 0x115f, 0x1160 },	/* Hangul fillers */
	{ 0x17b4, 0x17b5 },	/* vowels that are not written */
	{ 0x180b, 0x180f },	/* Mongolian selectors */
	{ 0x200b, 0x200f },	/* zero-width characters, direction marks */
	{ 0x2028, 0x202e },	/* line and paragraph separator, embedding and overriding the direction */
	{ 0x2060, 0x206f },	/* word joiner, isolating the direction */
	{ 0x3164, 0x3164 },	/* Hangul filler */
	{ 0xd800, 0xf8ff },	/* surrogates, private use */
	{ 0xfdd0, 0xfdef },	/* no characters */
	{ 0xfe00, 0xfe0f },	/* variation selectors */
	{ 0xfeff, 0xfeff },	/* byte order mark */
	{ 0xffa0, 0xffa0 },	/* Hangul filler */
	{ 0xfff0, 0xfffb },	/* annotation marks */
	{ 0xe0000, 0x10ffff },	/* tags, private use */
};

static bool is_seen(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (c >= unseen[i].from && c <= unseen[i].to)
			return false;
	return (c & 0xfffe) != 0xfffe;
}

void printable_put(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(printable(*text), out);
}

void printable_put_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(printable(*text), out);
	}
	fputc('"', out);
}

char *printable_copy(const char *text)
{
	char *copy = xstrdup(text);

	for (char *c = copy; *c; c++)
		*c = printable(*c);
	return copy;
}

static char *mask(const char *text, bool has_lines)
{
	size_t len = strlen(text), bytes;
	char *copy = xcalloc(1, len + 1), *out = copy;
	uint32_t c;

	for (; len; text += bytes, len -= bytes) {
		bytes = utf8_decode(text, len, &c);
		if (bytes && (is_seen(c) || (has_lines && c == '\n'))) {
			memcpy(out, text, bytes);
			out += bytes;
			continue;
		}
		*out++ = has_lines && *text == '\t' ? ' ' : '.';
		bytes = bytes ? bytes : 1;
	}
	return copy;
}

char *printable_text(const char *text)
{
	return mask(text, false);
}

char *printable_lines(const char *text)
{
	return mask(text, true);
}
