/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The key=value part of each kind of record.  Each function returns NULL, or
 * what is wrong with the record, in static storage.
 */
#ifndef EXITMETER_RECORD_FIELDS_H
#define EXITMETER_RECORD_FIELDS_H

#include "evidence/records.h"
#include "evidence/scan.h"

const char *record_take_begin(struct point *p, struct scan *s,
			      const struct records_expect *expect);
/* Any kind but begin. */
const char *record_take_inner(struct point *p, enum em_kind kind, struct scan *s);

#endif
