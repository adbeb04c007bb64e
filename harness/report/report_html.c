// SPDX-License-Identifier: GPL-2.0-only
#include "report/report_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "judge/clause.h"
#include "report/caption.h"
#include "report/html.h"
#include "report/report_html_figures.h"
#include "report/report_html_operations.h"

/* heading: NULL where there is one already. */
static void put_place(FILE *out, const struct case_file *cf, enum plot_kind kind, const char *heading)
{
	struct plot plot;

	if (!plot_make(cf, kind, &plot))
		return;
	fputs(heading ? heading : "", out);
	picture_put_place(out, &plot_pictures[kind], &plot);
	plot_deinit(&plot);
}

static void put_finding(FILE *out, const struct finding *f, bool is_open)
{
	const struct {
		const char *what, *text;
	} parts[] = {
		{ "wanted", f->wanted },
		{ "got", f->got },
		{ "where", f->where },
		{ "hint", is_open ? f->clause->hint : NULL },
	};

	fprintf(out, "<details%s>\n<summary><span", is_open ? " open=\"open\"" : "");
	html_attribute(out, "class",
		       f->verdict == VERDICT_FAIL   ? "mark fail" :
		       f->verdict == VERDICT_LOST   ? "mark lost" :
		       f->verdict == VERDICT_ADVICE ? "mark advice" :
		       f->verdict == VERDICT_PASS   ? "mark pass" :
						      "mark skip");
	fputc('>', out);
	html_put(out, verdict_name(f->verdict));
	fputs("</span> ", out);
	html_element(out, "code", NULL, f->clause->id);
	fputs(": ", out);
	html_put(out, f->clause->title);
	fputs("</summary>\n<dl>", out);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].text) {
			html_element(out, "dt", NULL, parts[i].what);
			html_element(out, "dd", NULL, parts[i].text);
		}
	fputs("</dl>\n</details>\n", out);
}

static bool is_bad(const struct finding *f)
{
	return f->verdict == VERDICT_FAIL || f->verdict == VERDICT_LOST || f->verdict == VERDICT_ADVICE;
}

/* What went wrong is open, and what follows from something else is folded with what passed. */
static void put_findings(FILE *out, const struct judgement *j, bool wants_open)
{
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];
		bool is_open = is_bad(f) && !f->is_consequence && !f->cause;

		if (f->verdict != VERDICT_NONE && is_open == wants_open)
			put_finding(out, f, is_open);
	}
}

static void put_verdict(FILE *out, const struct judgement *j)
{
	fputs("<p><strong", out);
	html_attribute(out, "class",
		       j->verdict == VERDICT_FAIL ? "mark fail" :
		       j->verdict == VERDICT_LOST ? "mark lost" :
						    "mark pass");
	fputs(">verdict: ", out);
	html_put(out, verdict_name(j->verdict));
	fprintf(out, "</strong> %u passed, %u failed, %u lost, %u skipped; exit code %d</p>\n",
		judgement_count(j, VERDICT_PASS), judgement_count(j, VERDICT_FAIL),
		judgement_count(j, VERDICT_LOST), judgement_count(j, VERDICT_SKIP), (int)j->status);
}

/* Shown as in the text report, where the guest did not shut down in order. */
static void put_console(FILE *out, const struct case_file *cf)
{
	unsigned int index = 0;
	const char *line;

	if (cf->evidence.outcome == OUTCOME_FINISHED || !cf->console.tail_count)
		return;
	fputs("<h2>The end of ", out);
	html_put(out, cf->console_name);
	fputs("</h2>\n<pre>", out);
	while ((line = console_tail(&cf->console, index++))) {
		html_put(out, line);
		fputc('\n', out);
	}
	fputs("</pre>\n", out);
}

static void put_caption(FILE *out, const struct case_file *cf)
{
	_cleanup_text_ struct text text;
	_cleanup_free_ char *words = NULL;

	caption_print(text_open(&text), cf);
	words = text_close(&text);
	fputs("<h2>What was measured</h2>\n", out);
	html_element(out, "pre", NULL, words);
	fputs("\n<p>In this folder, <code>exitmeter run --config config.json</code> measures the same again, and "
	      "<code>exitmeter replay .</code> judges it again. The same as text: ",
	      out);
	html_link(out, FILE_REPORT, FILE_REPORT);
	fputs("; for programs: ", out);
	html_link(out, FILE_SUMMARY, FILE_SUMMARY);
	fputs(".</p>\n", out);
}

char *report_html(const struct case_file *cf, const struct judgement *j)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	html_page_begin(out, "VM exits of a run");
	put_verdict(out, j);
	put_findings(out, j, true);
	put_console(out, cf);
	fputs("<h2>Over time</h2>\n", out);
	put_place(out, cf, PLOT_TIMELINE, NULL);
	html_put_rates(out, cf);
	fputs("<h2>By reason</h2>\n", out);
	put_place(out, cf, PLOT_REASONS, NULL);
	html_put_figures(out, cf);
	html_put_operations(out, cf);
	put_place(out, cf, PLOT_PUBLISHED, "<h2>Among the published</h2>\n");
	fputs("<h2>Other clauses</h2>\n", out);
	put_findings(out, j, false);
	put_caption(out, cf);
	html_page_end(out);
	return text_close(&text);
}
