// SPDX-License-Identifier: GPL-2.0-only
#include "report/page.h"

#include <string.h>

#include "base/printable.h"

#define INDENT 6
#define COLUMN ((PAGE_WIDTH - INDENT - 3) / 2)	/* " | " stands between the two */

void page_print_verdict(FILE *out, enum verdict verdict, const char *word, bool color)
{
	static const char *const colors[VERDICTS] = {
		[VERDICT_PASS] = "\033[32m",
		[VERDICT_FAIL] = "\033[1;31m",
		[VERDICT_ADVICE] = "\033[36m",
		[VERDICT_SKIP] = "\033[2m",
		[VERDICT_LOST] = "\033[1;33m",
	};

	if (color)
		fprintf(out, "%s%s\033[0m", colors[verdict], word);
	else
		fputs(word, out);
}

/*
 * Takes the words that fit into a row, and moves on behind them.  A word longer than a row is
 * broken.
 */
static void take_row(const char **at, size_t room, char row[PAGE_WIDTH + 1])
{
	size_t column = 0;

	*at += strspn(*at, " ");
	while (**at) {
		size_t len = strcspn(*at, " ");

		if (len > room)
			len = room;
		if (column && column + 1 + len > room)
			break;
		if (column)
			row[column++] = ' ';
		for (size_t i = 0; i < len; i++)
			row[column++] = printable((*at)[i]);
		*at += len;
		*at += strspn(*at, " ");
	}
	row[column] = '\0';
}

void page_print_side_by_side(FILE *out, const char *left, const char *right)
{
	char a[PAGE_WIDTH + 1], b[PAGE_WIDTH + 1];

	do {
		take_row(&left, COLUMN, a);
		take_row(&right, COLUMN, b);
		fprintf(out, "%*s%-*s |%s%s\n", INDENT, "", COLUMN, a, *b ? " " : "", b);
	} while (*left || *right);
}

void page_print_rows(FILE *out, const char *label, const char *text, size_t width)
{
	const size_t indent = strlen(label);
	char row[PAGE_WIDTH + 1];

	do {
		take_row(&text, width - indent, row);
		fprintf(out, "%-*s%s\n", (int)indent, label, row);
		label = "";
	} while (*text);
}

void page_print_wrapped(FILE *out, const char *label, const char *text)
{
	page_print_rows(out, label, text, PAGE_WIDTH);
}
