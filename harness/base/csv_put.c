// SPDX-License-Identifier: GPL-2.0-only
#include "base/csv_put.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"

/*
 * Spreadsheets take for a formula what begins with one of these, in its wide form, too, and some of them
 * look past blanks and dots before it.  The apostrophe is here since it is what is put before the others.
 */
static bool may_be_formula(const char *text)
{
	static const char *const signs[] = { "=", "+", "-", "@", "'", "\xef\xbc\x9d", "\xef\xbc\x8b",
					     "\xef\xbc\x8d", "\xef\xbc\xa0" };

	text += strspn(text, " .");
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (!strncmp(text, signs[i], strlen(signs[i])))
			return true;
	return false;
}

void csv_put(FILE *out, const char *text)
{
	_cleanup_free_ char *masked = printable_text(text);
	const bool is_formula = may_be_formula(masked);

	if (!is_formula && !masked[strcspn(masked, "\",; ")]) {
		fputs(masked, out);
		return;
	}
	fputs(is_formula ? "\"'" : "\"", out);
	for (const char *c = masked; *c; c++) {
		if (*c == '"')
			fputc('"', out);
		fputc(*c, out);
	}
	fputc('"', out);
}
