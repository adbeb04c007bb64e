// SPDX-License-Identifier: GPL-2.0-only
#include "report/table.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "report/page.h"
#include "report/published.h"
#include "report/table_figures.h"
#include "report/table_findings.h"
#include "report/table_rates.h"
#include "report/table_operations.h"
#include "report/table_verdicts.h"
#include "report/table_workload.h"

static void print_part(FILE *out, const char *label, const char *text)
{
	if (!text)
		return;
	fputs(label, out);
	printable_put(out, text);
}

/* The figure of a boot means nothing without the image that was booted. */
static void print_image(FILE *out, const json_t *image)
{
	const char *sha256 = json_string_value(json_object_get(image, "sha256"));
	const char *after = json_string_value(json_object_get(image, "sha256_after"));
	_cleanup_text_ struct text text = { 0 };
	_cleanup_free_ char *words = NULL;
	FILE *line;

	if (!sha256)
		return;
	line = text_open(&text);
	print_part(line, "", json_string_value(json_object_get(image, "name")));
	print_part(line, ", serial ", json_string_value(json_object_get(image, "serial")));
	print_part(line, ", list signed ", json_string_value(json_object_get(image, "signed")));
	words = text_close(&text);
	page_print_wrapped(out, "Image: ", words);
	page_print_wrapped(out, "       SHA-256 ", sha256);
	if (after)
		page_print_wrapped(out, "       and after the run ", after);
}

/* Our own specification is what a run is judged by unless something else is said. */
static void print_edition(FILE *out, const struct case_file *cf)
{
	_cleanup_free_ char *words = NULL;

	if (edition_is_own(cf->edition))
		return;
	words = xasprintf("%s (%s): %s", cf->edition->name, cf->edition->title, cf->edition_why);
	page_print_wrapped(out, "Judged by: ", words);
}

/* Says what was measured, and on what. */
static void print_subject(FILE *out, const struct case_file *cf)
{
	const struct evidence *e = &cf->evidence;
	_cleanup_text_ struct text text;
	_cleanup_free_ char *words = NULL;
	FILE *line = text_open(&text);

	fprintf(line, "layout %s, %u vCPU%s", em_layout_names[e->layout], cf->vcpus,
		cf->vcpus == 1 ? "" : "s");
	print_part(line, ", host ", e->host);
	print_part(line, " ", e->host_kernel);
	print_part(line, ", guest ", e->guest);
	print_part(line, ", modules ", e->modules);
	words = text_close(&text);
	page_print_wrapped(out, "Measured: ", words);
	print_edition(out, cf);
	print_image(out, e->image);
	if (e->host_attempts > 1)
		fprintf(out, "The L1 host seized up before and was started %u times: see host-console.1.log\n",
			e->host_attempts);
	if (e->host_start == HOST_START_RESTORED)
		fputs("The L1 host was restored as it was saved after an earlier boot\n", out);
	if (e->host_nudges)
		fprintf(out, "The L1 host stood still %u time%s and was woken, a known fault of QEMU's SVM emulation\n",
			e->host_nudges, e->host_nudges == 1 ? "" : "s");
	if (e->sandbox && strcmp(e->sandbox, "whole") != 0)
		page_print_wrapped(out, "Sandbox of the L1 host, not whole: ", e->sandbox);
	fputc('\n', out);
}

/* Prints the end of the console, if the guest did not shut down in order. */
static void print_tail(FILE *out, const struct case_file *cf)
{
	unsigned int index = 0;
	const char *line;

	if (cf->evidence.outcome == OUTCOME_FINISHED || !cf->console.tail_count)
		return;
	fprintf(out, "The end of %s\n", cf->console_name);
	while ((line = console_tail(&cf->console, index++)))
		fprintf(out, "  | %.*s\n", PAGE_WIDTH - 4, line);
	fputc('\n', out);
}

static void print_advice(FILE *out, const struct case_file *cf, const struct judgement *j, bool color)
{
	if (!judgement_count(j, VERDICT_ADVICE))
		return;
	fprintf(out, "Advice: good practice, which %s does not demand and which fails no run\n\n", cf->edition->name);
	table_print_findings(out, j, VERDICT_ADVICE, color);
}

static void print_close(FILE *out, const struct judgement *j, bool color)
{
	unsigned int follow = judgement_consequences(j), advised = judgement_count(j, VERDICT_ADVICE);

	fputs("\nverdict: ", out);
	page_print_verdict(out, j->verdict, verdict_name(j->verdict), color);
	fprintf(out, " (%u passed, %u failed", judgement_count(j, VERDICT_PASS), judgement_count(j, VERDICT_FAIL));
	if (follow)
		fprintf(out, ", %u of them as a consequence", follow);
	fprintf(out, ", %u lost, %u skipped", judgement_count(j, VERDICT_LOST), judgement_count(j, VERDICT_SKIP));
	if (advised)
		fprintf(out, ", %u advised", advised);
	fprintf(out, "; exit code %d)\n", (int)j->status);
}

char *table_format(const struct case_file *cf, const struct judgement *j, bool color)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	table_print_leaks(out, j, color);
	table_print_findings(out, j, VERDICT_FAIL, color);
	table_print_findings(out, j, VERDICT_LOST, color);
	print_advice(out, cf, j, color);
	print_tail(out, cf);
	print_subject(out, cf);
	table_print_figures(out, cf);
	table_print_operations(out, cf);
	table_print_workload(out, cf);
	table_print_verdicts(out, j, PAGE_WIDTH, color);
	print_close(out, j, color);
	published_print(out, cf);
	table_print_rates(out, cf);
	return text_close(&text);
}
