// SPDX-License-Identifier: GPL-2.0-only
#include "table.h"

#include <inttypes.h>
#include <string.h>

#include "table_figures.h"
#include "util.h"

static const char *color_of(enum verdict verdict)
{
	static const char *const colors[VERDICTS] = {
		[VERDICT_PASS] = "\033[32m",
		[VERDICT_FAIL] = "\033[1;31m",
		[VERDICT_SKIP] = "\033[2m",
		[VERDICT_LOST] = "\033[1;33m",
	};

	return colors[verdict];
}

static void print_verdict(FILE *out, enum verdict verdict, const char *word, bool color)
{
	if (color)
		fprintf(out, "%s%s\033[0m", color_of(verdict), word);
	else
		fputs(word, out);
}

/* Bytes of a word up to the next space; never more than a line takes. */
static size_t word_bytes(const char *text, size_t room)
{
	size_t len = strcspn(text, " ");

	return len < room ? len : room;
}

/*
 * Prints text behind a label and an indent, broken at spaces.  The text may
 * come from a stranger's machine: what is not printable becomes a dot.
 */
static void print_wrapped(FILE *out, const char *label, const char *text)
{
	const int indent = 14;
	size_t room = (size_t)(TABLE_WIDTH - indent), column = 0;

	fprintf(out, "      %-*s", indent - 6, label);
	while (*text) {
		size_t len = word_bytes(text, room);

		if (column && column + 1 + len > room) {
			fprintf(out, "\n%*s", indent, "");
			column = 0;
		}
		if (column)
			fputc(' ', out), column++;
		for (size_t i = 0; i < len; i++)
			fputc(text[i] > 0x20 && text[i] < 0x7f ? text[i] : '.', out);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* What is lost in the wake of something else needs no more than its line below. */
static void print_broken(FILE *out, const struct judgement *j, enum verdict verdict, bool color)
{
	const char *word = verdict == VERDICT_FAIL ? "FAILED" : "LOST";

	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict != verdict || f->is_consequence)
			continue;
		print_verdict(out, verdict, word, color);
		fprintf(out, "  %s: %s\n", clauses[i].id, clauses[i].title);
		print_wrapped(out, "wanted", f->wanted);
		print_wrapped(out, "got", f->got);
		print_wrapped(out, "hint", clauses[i].hint);
		fputc('\n', out);
	}
}

static void print_part(FILE *out, const char *label, const char *text)
{
	if (!text)
		return;
	fputs(label, out);
	for (; *text; text++)
		fputc(*text > 0x20 && *text < 0x7f ? *text : '.', out);
}

/* What was measured, in one line. */
static void print_subject(FILE *out, const struct run *run)
{
	static const char *const layouts[] = EM_LAYOUT_NAMES;
	const struct evidence *e = &run->evidence;

	fprintf(out, "Measured: layout %s, %u vCPU%s", layouts[e->layout], run->vcpus,
		run->vcpus == 1 ? "" : "s");
	print_part(out, ", host ", e->host);
	print_part(out, " ", e->host_kernel);
	print_part(out, ", guest ", e->guest);
	print_part(out, ", modules ", e->modules);
	if (e->host_attempts > 1)
		fprintf(out, "\nThe L1 host seized up before and was started %u times: see host-console.1.log",
			e->host_attempts);
	fputs("\n\n", out);
}

/* The console's last words, where the guest came to no orderly end. */
static void print_tail(FILE *out, const struct run *run)
{
	unsigned int index = 0;
	const char *line;

	if (run->evidence.outcome == OUTCOME_FINISHED || !run->console.tail_count)
		return;
	fprintf(out, "The end of %s\n", run->console_name);
	while ((line = console_tail(&run->console, index++)))
		fprintf(out, "  | %.*s\n", TABLE_WIDTH - 4, line);
	fputc('\n', out);
}

static void print_verdicts(FILE *out, const struct judgement *j, bool color)
{
	fputs("Clauses\n", out);
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		fputs("  ", out);
		print_verdict(out, f->verdict, verdict_name(f->verdict), color);
		fprintf(out, "  %-17s %s", clauses[i].id, clauses[i].title);
		if (f->verdict == VERDICT_SKIP)
			fprintf(out, " (%.*s)", (int)(TABLE_WIDTH - 28 - strlen(clauses[i].title)), f->got);
		fputc('\n', out);
	}
}

static unsigned int count(const struct judgement *j, enum verdict verdict)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < clause_count; i++)
		n += j->findings[i].verdict == verdict;
	return n;
}

static void print_close(FILE *out, const struct judgement *j, bool color)
{
	fputs("\nverdict: ", out);
	print_verdict(out, j->verdict, verdict_name(j->verdict), color);
	fprintf(out, " (%u passed, %u failed, %u lost, %u skipped; exit code %d)\n",
		count(j, VERDICT_PASS), count(j, VERDICT_FAIL), count(j, VERDICT_LOST),
		count(j, VERDICT_SKIP), (int)j->status);
}

char *table_format(const struct run *run, const struct judgement *j, bool color)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();	/* out of memory, as in util.c */
	print_broken(out, j, VERDICT_FAIL, color);
	print_broken(out, j, VERDICT_LOST, color);
	print_tail(out, run);
	print_subject(out, run);
	table_print_figures(out, run);
	print_verdicts(out, j, color);
	print_close(out, j, color);
	if (fclose(out) != 0)
		abort();
	return text;
}
