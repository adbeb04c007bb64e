// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "evidence/scan.h"

static const char *const source_names[] = { "counters", "trace" };

void timeline_deinit(struct timeline *t)
{
	free(t->row);
	memset(t, 0, sizeof(*t));
}

struct timeline_row *timeline_append(struct timeline *t)
{
	/* The room doubles when a power of two is full. */
	if (!(t->row_count & (t->row_count - 1))) {
		size_t room = t->row_count ? 2 * (size_t)t->row_count : 1;
		struct timeline_row *row = xcalloc(room, sizeof(*row));

		if (t->row_count)
			memcpy(row, t->row, t->row_count * sizeof(*row));
		free(t->row);
		t->row = row;
	}
	return &t->row[t->row_count++];
}

int timeline_column(struct timeline *t, uint64_t reason)
{
	for (unsigned int i = 0; i < t->reason_count; i++)
		if (t->reason[i] == reason)
			return (int)i;
	if (t->reason_count == TIMELINE_REASONS_MAX)
		return -1;
	t->reason[t->reason_count] = reason;
	return (int)t->reason_count++;
}

void timeline_thin(struct timeline *t)
{
	struct timeline thin = *t;

	thin.row = NULL;
	thin.row_count = 0;
	for (unsigned int i = 0; i < t->row_count; i++)
		if (i % 2 == 0 || i + 1 == t->row_count)
			*timeline_append(&thin) = t->row[i];
	free(t->row);
	*t = thin;
}

char *timeline_format(const struct timeline *t)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	fputs("ms,exits,cycles", out);
	for (unsigned int i = 0; i < t->reason_count; i++)
		fprintf(out, ",0x%" PRIx64, t->reason[i]);
	fputc('\n', out);
	for (unsigned int i = 0; i < t->row_count; i++) {
		const struct timeline_row *r = &t->row[i];

		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64, r->ms, r->exits, r->cycles);
		for (unsigned int k = 0; k < t->reason_count; k++)
			fprintf(out, ",%" PRIu64, r->reason[k]);
		fputc('\n', out);
	}
	return text_close(&text);
}

static int refuse(const char *want, struct error *err)
{
	return error_set(err, STATUS_LOST, FILE_TIMELINE " is malformed: want %s", want);
}

static int take_head(struct scan *s, struct timeline *t, struct error *err)
{
	uint64_t number;

	if (!scan_literal(s, "ms,exits,cycles"))
		return refuse("`ms,exits,cycles` as the first columns", err);
	while (scan_literal(s, ",0x")) {
		unsigned int count = t->reason_count;

		if (!scan_hex(s, 1, 16, &number))
			return refuse("reasons as 0x and hexadecimal digits", err);
		if (timeline_column(t, number) != (int)count)
			return refuse("each reason once, and no more than there is room for", err);
	}
	return scan_literal(s, "\n") ? 0 : refuse("reasons as the other columns", err);
}

/* What is counted never falls, and time neither. */
static bool ascends(const struct timeline *t)
{
	const struct timeline_row *b = &t->row[t->row_count - 1], *a = b - 1;

	if (t->row_count < 2)
		return true;
	for (unsigned int i = 0; i < t->reason_count; i++)
		if (a->reason[i] > b->reason[i])
			return false;
	return a->ms <= b->ms && a->exits <= b->exits && a->cycles <= b->cycles;
}

static int take_row(struct scan *s, struct timeline *t, struct error *err)
{
	struct timeline_row *r;

	if (t->row_count == TIMELINE_ROWS_MAX)
		return refuse("fewer rows", err);
	r = timeline_append(t);
	if (!scan_format(s, "%d,%d,%d", &r->ms, &r->exits, &r->cycles))
		return refuse("whole numbers", err);
	for (unsigned int i = 0; i < t->reason_count; i++)
		if (!scan_format(s, ",%d", &r->reason[i]))
			return refuse("a whole number for each reason", err);
	if (!scan_literal(s, "\n"))
		return refuse("a line's end after the last column", err);
	return ascends(t) ? 0 : refuse("rows that ascend", err);
}

int timeline_parse(const char *text, size_t len, struct timeline *ret, struct error *err)
{
	struct scan s = scan_over(text, len);
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = take_head(&s, ret, err);
	while (rc == 0 && !scan_at_end(&s))
		rc = take_row(&s, ret, err);
	if (rc < 0)
		timeline_deinit(ret);
	return rc;
}

char *phases_format(const struct phases *p)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	fprintf(out,
		"exitmeter phases 1\nsource %s\ninterval %" PRIu64 "\nsamples %" PRIu64
		"\nspent-us %" PRIu64 "\ntsc-khz %" PRIu64 "\n",
		source_names[p->source], p->interval_ms, p->samples, p->spent_us, p->tsc_khz);
	for (unsigned int i = 0; i < p->mark_count; i++)
		fprintf(out, "mark %" PRIu64 " %s\n", p->mark[i].ms, boot_mark_name(p->mark[i].mark));
	return text_close(&text);
}

static bool take_mark(struct scan *s, struct phases *p)
{
	unsigned int n = p->mark_count;
	char word[32];

	if (n == TIMELINE_MARKS_MAX)
		return false;
	if (!scan_format(s, "mark %d %s\n", &p->mark[n].ms, word, sizeof(word)) ||
	    !boot_mark_find(word, &p->mark[n].mark))
		return false;
	p->mark_count++;
	return !n || p->mark[n - 1].ms <= p->mark[n].ms;
}

int phases_parse(const char *text, size_t len, struct phases *ret, struct error *err)
{
	struct scan s = scan_over(text, len);
	unsigned int source;

	memset(ret, 0, sizeof(*ret));
	if (!scan_format(&s, "exitmeter phases 1\nsource %n\ninterval %d\nsamples %d\nspent-us %d\ntsc-khz %d\n",
			 source_names, TIMELINE_SOURCES, &source, &ret->interval_ms, &ret->samples,
			 &ret->spent_us, &ret->tsc_khz))
		return error_set(err, STATUS_LOST,
				 FILE_PHASES " is malformed: want `exitmeter phases 1`, and how "
					     "the samples were taken");
	ret->source = (enum timeline_source)source;
	while (!scan_at_end(&s))
		if (!take_mark(&s, ret))
			return error_set(err, STATUS_LOST,
					 FILE_PHASES " is malformed: want `mark MS WORD` with known "
						     "words, %d at most, in order",
					 TIMELINE_MARKS_MAX);
	return 0;
}
