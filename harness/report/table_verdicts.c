// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_verdicts.h"

#include <string.h>

#include "base/memory.h"
#include "judge/clause.h"
#include "report/page.h"

#define ID_WIDTH 18
#define INDENT "                          "	/* as wide as "  pass  ", the id and a space */

/* What stands behind a title; NULL: nothing.  The caller frees. */
static char *why_of(const struct finding *f)
{
	if (f->cause)
		return xasprintf("(follows from %s)", f->cause->id);
	return f->verdict == VERDICT_SKIP ? xasprintf("(%s)", f->got) : NULL;
}

/* A clause that was skipped tells why: behind its title, or below it if it does not fit there. */
static void print_title(FILE *out, const struct finding *f, size_t width)
{
	const char *title = f->clause->title;
	_cleanup_free_ char *why = why_of(f);

	fputs(title, out);
	if (why && strlen(INDENT) + strlen(title) + 1 + strlen(why) <= width) {
		fputc(' ', out);
		page_print_rows(out, "", why, width);
		return;
	}
	fputc('\n', out);
	if (why)
		page_print_rows(out, INDENT, why, width);
}

void table_print_verdicts(FILE *out, const struct judgement *j, size_t width, bool color)
{
	fputs("Clauses\n", out);
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];
		bool is_advice;

		if (f->verdict == VERDICT_NONE)
			continue;
		/* "advice" is wider than the other words; the titles stay aligned. */
		is_advice = f->verdict == VERDICT_ADVICE;
		fputs("  ", out);
		page_print_verdict(out, f->verdict, verdict_name(f->verdict), color);
		fprintf(out, is_advice ? " %-*s" : "  %-*s", is_advice ? ID_WIDTH - 1 : ID_WIDTH, f->clause->id);
		print_title(out, f, width);
	}
}
