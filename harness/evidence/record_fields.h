/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The key=value part of each kind of record.  Each function returns NULL, or what is wrong with the
 * record, in static storage.
 */
#ifndef EXITMETER_RECORD_FIELDS_H
#define EXITMETER_RECORD_FIELDS_H

#include "evidence/point.h"
#include "evidence/scan.h"

/* The first record of a point.  layout: the one that it must be of; EM_LAYOUTS: any. */
const char *record_take_begin(struct point *p, struct scan *s, const char *nonce, enum em_layout layout);
/* A record of any kind but begin. */
const char *record_take_inner(struct point *p, enum em_kind kind, struct scan *s);

#endif
