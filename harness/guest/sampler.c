// SPDX-License-Identifier: GPL-2.0-only
#include "guest/sampler.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/host_counters.h"
#include "evidence/host_histogram.h"

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void add(struct sampler *s, struct timeline_row *row, uint64_t reason, uint64_t exits)
{
	int column = exits ? timeline_column(&s->timeline, reason) : -1;

	if (column >= 0)
		row->reason[column] += exits;
}

static bool read_counters(struct sampler *s, struct timeline_row *row)
{
	struct host_counters *h = xcalloc(1, sizeof(*h));
	_cleanup_error_ struct error none = { 0 };
	size_t len;
	_cleanup_free_ char *text = vm_counters_read(s->vm, s->counters, &len, &none);
	bool is_read = text && host_counters_parse(text, len, h, &none) == 0;

	if (is_read) {
		row->exits = h->exits;
		row->cycles = h->cycles;
		for (unsigned int i = 0; i < h->reason_count; i++)
			add(s, row, h->reason[i].number, h->reason[i].exits);
	}
	free(h);
	return is_read;
}

/* VMX has flags above the basic reason, which are no reasons of their own. */
static bool read_oracle(struct sampler *s, struct timeline_row *row)
{
	struct host_histogram *t = xcalloc(1, sizeof(*t));
	_cleanup_error_ struct error none = { 0 };
	size_t len;
	_cleanup_free_ char *text = oracle_read(s->oracle, &len, &none);
	bool is_read = text && host_histogram_parse(text, len, t, &none) == 0;

	if (is_read) {
		row->exits = t->hits;
		for (unsigned int i = 0; i < t->reason_count; i++)
			add(s, row, s->is_svm ? t->reason[i].number : t->reason[i].number & 0xffff,
			    t->reason[i].hits);
	}
	free(t);
	return is_read;
}

static bool read_source(struct sampler *s, struct timeline_row *row)
{
	memset(row, 0, sizeof(*row));
	return s->phases.source == TIMELINE_COUNTERS ? read_counters(s, row) : read_oracle(s, row);
}

/* What has come since the beginning; a reader of several CPUs' counters may be told less than before. */
static void put(struct sampler *s, const struct timeline_row *now)
{
	struct timeline *t = &s->timeline;
	struct timeline_row *row = timeline_append(t);
	const struct timeline_row *last = row - 1;

	row->ms = now->ms;
	row->exits = now->exits - s->base.exits;
	row->cycles = now->cycles - s->base.cycles;
	for (unsigned int i = 0; i < t->reason_count; i++)
		row->reason[i] = now->reason[i] - s->base.reason[i];
	if (t->row_count < 2)
		return; /* there is no row before it */
	row->exits = row->exits < last->exits ? last->exits : row->exits;
	row->cycles = row->cycles < last->cycles ? last->cycles : row->cycles;
	for (unsigned int i = 0; i < t->reason_count; i++)
		row->reason[i] = row->reason[i] < last->reason[i] ? last->reason[i] : row->reason[i];
}

/* The first reading is what everything is told from, and stands as a row of zeros. */
static void take(struct sampler *s, int64_t now)
{
	struct timeline_row row;
	bool is_read = read_source(s, &row);

	if (is_read) {
		row.ms = (uint64_t)(now - s->begin_us) / 1000;
		if (!s->timeline.row_count)
			s->base = row;
		if (s->timeline.row_count >= TIMELINE_ROWS_MAX - 1) {
			timeline_thin(&s->timeline);
			s->phases.interval_ms *= 2;
		}
		put(s, &row);
		s->phases.samples++;
	}
	s->phases.spent_us += (uint64_t)(now_us() - now);
}

void sampler_begin(struct sampler *s)
{
	struct timeline_row row;

	if (!s->interval_ms)
		return;
	s->phases = (struct phases){ .source = TIMELINE_COUNTERS,
				     .interval_ms = (uint64_t)s->interval_ms };
	if (!read_source(s, &row))
		s->phases.source = TIMELINE_TRACE;
	s->begin_us = now_us();
	s->begin_tsc = __rdtsc();
	s->next_us = s->begin_us;
	sampler_mark(s, BOOT_START);
}

void sampler_look(struct sampler *s)
{
	int64_t now = now_us();

	if (!s->interval_ms || now < s->next_us)
		return;
	take(s, now);
	/* Where the host stood still, what was missed is not made up for. */
	s->next_us = now + (int64_t)s->phases.interval_ms * 1000 -
		     (now - s->begin_us) % ((int64_t)s->phases.interval_ms * 1000);
}

void sampler_mark(struct sampler *s, enum boot_mark mark)
{
	struct phases *p = &s->phases;
	int64_t now = now_us();

	if (!s->interval_ms || p->mark_count == TIMELINE_MARKS_MAX)
		return;
	take(s, now);
	p->mark[p->mark_count].ms = (uint64_t)(now - s->begin_us) / 1000;
	p->mark[p->mark_count++].mark = mark;
}

static void note_tsc(struct sampler *s)
{
	int64_t us = now_us() - s->begin_us;

	if (us > 0)
		s->phases.tsc_khz = (uint64_t)((double)(__rdtsc() - s->begin_tsc) * 1000 / (double)us);
}

int sampler_save(struct sampler *s, const char *dir, struct error *err)
{
	_cleanup_free_ char *samples = xasprintf("%s/" FILE_TIMELINE, dir), *rows = NULL;
	_cleanup_free_ char *marks = xasprintf("%s/" FILE_PHASES, dir), *words = NULL;

	if (!s->timeline.row_count)
		return 0;
	note_tsc(s);
	rows = timeline_format(&s->timeline);
	words = phases_format(&s->phases);
	if (file_write(samples, rows, strlen(rows), err) < 0)
		return -1;
	return file_write(marks, words, strlen(words), err);
}

void sampler_deinit(struct sampler *s)
{
	timeline_deinit(&s->timeline);
	memset(s, 0, sizeof(*s));
}
