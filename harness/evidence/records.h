/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the probe's records (probe/record.h) from bytes that a stranger's kernel sent.  Memory is
 * bounded, whatever comes.  A line that does not begin with the magic is noise: it is only
 * counted.  A line that does begin with it, and is not exactly the record that must follow, tears
 * its point: the point is lost, and nothing of it is believed.
 */
#ifndef EXITMETER_RECORDS_H
#define EXITMETER_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/point.h"

/* What the records must be like to be this run's. */
struct records_expect {
	const char *nonce;	/* borrowed; must outlive the parsing */
	enum em_layout layout;	/* EM_LAYOUTS: any layout is right, if all points have the same */
	unsigned int points;	/* the points that the run has: bits 1 << enum em_point */
};

struct records {
	struct point point[EM_POINTS];
	unsigned long lines;	/* all of them */
	unsigned long noise;	/* lines that are no records, and were not meant to be */
	unsigned long damaged;	/* lines that began as a record and are none */

	/* The parser's own state. */
	struct records_expect expect;
	int open;		/* which point is open; -1: none */
	char line[EM_RECORD_MAX + 1];
	size_t line_len;
	bool line_overlong;
};

void records_init(struct records *r, const struct records_expect *expect);
/* Takes the next piece of the input, which may be cut anywhere. */
void records_feed(struct records *r, const void *data, size_t len);
/* Tells that the input has ended: a point that is open now is torn. */
void records_finish(struct records *r);

#endif
