/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An edition is an assignment's text as data: which leaf tells what, and what of it is demanded.  A
 * run is judged by one.
 */
#ifndef EXITMETER_EDITION_H
#define EXITMETER_EDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/finding.h"
#include "probe/record.h"

#define EDITION_CLAUSES_MAX 64

/* The figures that a leaf can tell, as bits. */
enum figure_bit {
	FIGURE_EXITS = 1 << 0,
	FIGURE_CYCLES = 1 << 1,
	FIGURE_REASON_EXITS = 1 << 2,
	FIGURE_REASON_CYCLES = 1 << 3,
};

/* Whose exits the counters may count. */
enum edition_counted { EDITION_COUNTS_VM, EDITION_COUNTS_MODULE, EDITION_COUNTS_EITHER };

struct edition {
	char name[32], title[96];
	enum em_layout layout;		/* in which leaf each figure is */
	unsigned int figures;		/* of enum figure_bit: those that the edition has at all */
	enum edition_counted counted;
	uint32_t sdm;			/* the year of the manual; 0: the newest */
	enum weight weight[EDITION_CLAUSES_MAX];	/* in the order of clauses[] */
};

/* Our own full specification in a layout: every clause is required.  The caller frees. */
struct edition *edition_of_layout(enum em_layout layout);
/* Whether it is our own full specification. */
bool edition_is_own(const struct edition *e);
/* Whether a leaf of the edition tells the figure. */
static inline bool edition_has(const struct edition *e, enum figure_bit figure)
{
	return e->figures & figure;
}

#endif
