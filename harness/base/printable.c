// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.h"

#include "base/memory.h"

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
