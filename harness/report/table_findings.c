// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_findings.h"

#include "report/page.h"

/* A clause that is lost as a consequence of another is not told here: it has its line below. */
void table_print_findings(FILE *out, const struct judgement *j, enum verdict verdict, bool color)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_FAIL] = "FAILED", [VERDICT_LOST] = "LOST", [VERDICT_ADVICE] = "ADVICE",
	};

	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict != verdict || f->is_consequence)
			continue;
		page_print_verdict(out, verdict, words[verdict], color);
		fprintf(out, "  %s: %s\n", f->clause->id, f->clause->title);
		page_print_side_by_side(out, "wanted", "got");
		page_print_side_by_side(out, f->wanted, f->got);
		page_print_wrapped(out, "      hint: ", f->clause->hint);
		fputc('\n', out);
	}
}
