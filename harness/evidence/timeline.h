/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The exits of a VM over its life.
 *
 * timeline.csv has the head `ms,exits,cycles,REASON...`, where each REASON is an exit reason's number as
 * 0x and lower-case hexadecimal digits, and a row for each sample: host time in milliseconds since the
 * VM's first instruction, and what had been counted by then, in total and by reason.  Rows ascend.  The
 * cycles are 0 throughout where the source counts none.  Reasons beyond TIMELINE_REASONS_MAX have no column,
 * but are in the total.
 *
 * phases.txt says how the samples were taken, and when each mark of boot_mark.h was seen.  The host looks for marks
 * every 10 ms, so that a time is that late at most, and a sample is taken at each of them.
 *
 *	exitmeter phases 1
 *	source counters|trace
 *	interval MS
 *	samples N
 *	spent-us N
 *	tsc-khz N
 *	mark MS WORD
 *
 * Both may come from a stranger's kernel: they are parsed strictly, in bounded memory.
 */
#ifndef EXITMETER_TIMELINE_H
#define EXITMETER_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "evidence/boot_mark.h"

#define TIMELINE_REASONS_MAX 64
#define TIMELINE_ROWS_MAX 4096
#define TIMELINE_BYTES_MAX (8u << 20)
#define TIMELINE_MARKS_MAX 64

struct timeline_row {
	uint64_t ms, exits, cycles;
	uint64_t reason[TIMELINE_REASONS_MAX];
};

struct timeline {
	unsigned int reason_count, row_count;
	uint64_t reason[TIMELINE_REASONS_MAX]; /* the number of each column */
	struct timeline_row *row; /* owned */
};

enum timeline_source { TIMELINE_COUNTERS, TIMELINE_TRACE, TIMELINE_SOURCES };

struct phases {
	enum timeline_source source;
	uint64_t interval_ms; /* between the samples that were kept */
	uint64_t samples; /* how many were taken */
	uint64_t spent_us; /* what taking them cost the host, in all */
	uint64_t tsc_khz; /* of the host's TSC, in that host's time; 0: not known */
	unsigned int mark_count;
	struct {
		uint64_t ms;
		enum boot_mark mark;
	} mark[TIMELINE_MARKS_MAX]; /* ascending by ms */
};

/* A zeroed struct is a valid empty one; deinit frees and zeroes. */
void timeline_deinit(struct timeline *t);
/* Returns a zeroed row at the end; the table must have room for it. */
struct timeline_row *timeline_append(struct timeline *t);
/* The column of a reason, which is made where there is none; -1: there is no room for one. */
int timeline_column(struct timeline *t, uint64_t reason);
/* Drops every second row, but the first and the last. */
void timeline_thin(struct timeline *t);
/* Returns timeline.csv; the caller frees. */
char *timeline_format(const struct timeline *t);
/* ret is empty after a failure.  STATUS_LOST: it is malformed. */
int timeline_parse(const char *text, size_t len, struct timeline *ret, struct error *err);

char *phases_format(const struct phases *p);
int phases_parse(const char *text, size_t len, struct phases *ret, struct error *err);

#endif
