/* SPDX-License-Identifier: GPL-2.0-only */
/* The exit reasons that the vendors' manuals define, by number. */
#ifndef EXITMETER_REASONS_H
#define EXITMETER_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe/record.h"

enum reason_standing {
	REASON_UNDEFINED,
	REASON_DEFINED,
	REASON_DISPUTED,	/* editions of the manual differ: no clause fails by it */
};

/* What the newest edition of the manual says of a number. */
enum reason_standing reason_standing(enum em_vendor vendor, uint64_t number);
/*
 * What the manual of a year (0: the newest) says of a number.  In a year in which the reason was
 * added, or may have been, some copies have it and others do not: it is disputed.
 */
enum reason_standing reason_standing_in(enum em_vendor vendor, uint64_t number, unsigned int year);
/* The manual's name for a reason, or "?". */
const char *reason_name(enum em_vendor vendor, uint64_t number);
/*
 * Writes the number into buf as the vendor's manual does (0x72 for SVM, 10 for VMX), and returns
 * buf.
 */
const char *reason_number(enum em_vendor vendor, uint64_t number, char buf[24]);

#endif
