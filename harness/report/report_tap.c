// SPDX-License-Identifier: GPL-2.0-only
#include "base/printable.h"
#include "base/text.h"
#include "report/report.h"

/*
 * Prints a line of the YAML block.  A text in double quotes can end neither the line nor the block.
 */
static void put_field(FILE *out, const char *key, const char *text)
{
	fprintf(out, "  %s: ", key);
	printable_put_quoted(out, text);
	fputc('\n', out);
}

static void put_diagnosis(FILE *out, const struct finding *f)
{
	fputs("  ---\n", out);
	put_field(out, "verdict", verdict_name(f->verdict));
	put_field(out, "wanted", f->wanted);
	put_field(out, "got", f->got);
	put_field(out, "hint", f->clause->hint);
	put_field(out, "source", f->clause->source);
	if (f->cause)
		put_field(out, "follows_from", f->cause->id);
	if (f->where)
		put_field(out, "where", f->where);
	fputs("  ...\n", out);
}

static void put_clause(FILE *out, unsigned int number, const struct finding *f)
{
	bool is_ok = f->verdict == VERDICT_PASS || f->verdict == VERDICT_SKIP || f->verdict == VERDICT_ADVICE;

	fprintf(out, "%sok %u - %s: %s", is_ok ? "" : "not ", number, f->clause->id, f->clause->title);
	if (f->verdict == VERDICT_SKIP) {
		fputs(" # SKIP ", out);
		printable_put(out, f->got);
	}
	fputc('\n', out);
	if (!is_ok || f->verdict == VERDICT_ADVICE)
		put_diagnosis(out, f);
}

static void put_comment(FILE *out, const char *key, const char *text)
{
	if (!text)
		return;
	fprintf(out, "# %s: ", key);
	printable_put(out, text);
	fputc('\n', out);
}

char *report_tap(const struct case_file *cf, const struct judgement *j)
{
	const struct evidence *e = &cf->evidence;
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);
	unsigned int number = 0;

	fprintf(out, "TAP version 13\n1..%u\n", judgement_told(j));
	put_comment(out, "host", e->host);
	put_comment(out, "host kernel", e->host_kernel);
	put_comment(out, "guest", e->guest);
	put_comment(out, "scenario", scenario_name(e->scenario));
	put_comment(out, "modules", e->modules);
	put_comment(out, "edition", cf->edition->name);
	for (unsigned int i = 0; i < clause_count; i++)
		if (j->findings[i].verdict != VERDICT_NONE)
			put_clause(out, ++number, &j->findings[i]);
	fprintf(out, "# verdict: %s, exit code %d\n", verdict_name(j->verdict), (int)j->status);
	return text_close(&text);
}
