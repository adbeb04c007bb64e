// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_findings.h"

#include <string.h>

#include "base/printable.h"
#include "report/table.h"

#define INDENT 6
#define COLUMN ((TABLE_WIDTH - INDENT - 3) / 2)	/* " | " between two */

void table_print_verdict(FILE *out, enum verdict verdict, const char *word, bool color)
{
	static const char *const colors[VERDICTS] = {
		[VERDICT_PASS] = "\033[32m",
		[VERDICT_FAIL] = "\033[1;31m",
		[VERDICT_SKIP] = "\033[2m",
		[VERDICT_LOST] = "\033[1;33m",
	};

	if (color)
		fprintf(out, "%s%s\033[0m", colors[verdict], word);
	else
		fputs(word, out);
}

/* The words that fit into a row, and moves on behind them; a longer word is cut. */
static void take_row(const char **at, size_t room, char row[TABLE_WIDTH + 1])
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

static void print_side_by_side(FILE *out, const char *left, const char *right)
{
	char a[TABLE_WIDTH + 1], b[TABLE_WIDTH + 1];

	do {
		take_row(&left, COLUMN, a);
		take_row(&right, COLUMN, b);
		fprintf(out, "%*s%-*s |%s%s\n", INDENT, "", COLUMN, a, *b ? " " : "", b);
	} while (*left || *right);
}

void table_print_wrapped(FILE *out, const char *label, const char *text)
{
	const int width = (int)strlen(label);
	char row[TABLE_WIDTH + 1];

	do {
		take_row(&text, (size_t)(TABLE_WIDTH - width), row);
		fprintf(out, "%-*s%s\n", width, label, row);
		label = "";
	} while (*text);
}

/* What is lost in the wake of something else needs no more than its line below. */
void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color)
{
	const char *word = verdict == VERDICT_FAIL ? "FAILED" : "LOST";

	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict != verdict || f->is_consequence)
			continue;
		table_print_verdict(out, verdict, word, color);
		fprintf(out, "  %s: %s\n", clauses[i].id, clauses[i].title);
		print_side_by_side(out, "wanted", "got");
		print_side_by_side(out, f->wanted, f->got);
		table_print_wrapped(out, "      hint: ", clauses[i].hint);
		fputc('\n', out);
	}
}
