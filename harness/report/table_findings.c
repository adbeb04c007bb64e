// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_findings.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"
#include "report/page.h"

static const char *const words[VERDICTS] = {
	[VERDICT_FAIL] = "FAILED", [VERDICT_LOST] = "LOST", [VERDICT_ADVICE] = "ADVICE",
};

/* One that follows from another has its line there, and one in the list of clauses. */
static bool is_told(const struct finding *f, enum verdict verdict)
{
	return f->verdict == verdict && !f->is_consequence && !f->cause;
}

/* Names the clauses that failed because this one did. */
static void print_following(FILE *out, const struct judgement *j, const struct finding *cause)
{
	_cleanup_free_ char *list = NULL;

	for (unsigned int i = 0; i < clause_count; i++)
		if (j->findings[i].cause == cause->clause)
			text_join(&list, ", ", "%s", clauses[i].id);
	if (list)
		page_print_wrapped(out, "      what follows from it: ", list);
}

static void print_finding(FILE *out, const struct judgement *j, const struct finding *f, bool color)
{
	page_print_verdict(out, f->verdict, words[f->verdict], color);
	fprintf(out, "  %s: %s\n", f->clause->id, f->clause->title);
	page_print_side_by_side(out, "wanted", "got");
	page_print_side_by_side(out, f->wanted, f->got);
	page_print_wrapped(out, "      hint: ", f->clause->hint);
	if (f->where)
		page_print_wrapped(out, "      in the submission: ", f->where);
	print_following(out, j, f);
	fputc('\n', out);
}

void table_print_leaks(FILE *out, const struct judgement *j, bool color)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (j->findings[i].is_leak && is_told(&j->findings[i], VERDICT_ADVICE))
			print_finding(out, j, &j->findings[i], color);
}

void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		if (is_told(f, verdict) && !(f->is_leak && verdict == VERDICT_ADVICE))
			print_finding(out, j, f, color);
	}
}
