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
	REASON_DISPUTED,	/* the manual's editions differ: never failed */
};

/* By the newest edition. */
enum reason_standing reason_standing(enum em_vendor vendor, uint64_t number);
/*
 * By the manual of a year, 0: the newest.  In a year in which the reason came
 * in, or may have, some copies have it and others do not: disputed.
 */
enum reason_standing reason_standing_in(enum em_vendor vendor, uint64_t number, unsigned int year);
/* The manual's name for it, or "?". */
const char *reason_name(enum em_vendor vendor, uint64_t number);
/* As each vendor's manual writes the number: 0x72 for SVM, 10 for VMX. */
const char *reason_number(enum em_vendor vendor, uint64_t number, char buf[24]);

#endif
