/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An edition is an assignment's text as data: which leaf tells what, and what of it is demanded.  A
 * run is judged by one.  kernel-patch/editions/ has those that are built in, and its README the form.
 */
#ifndef EXITMETER_EDITION_H
#define EXITMETER_EDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/finding.h"
#include "probe/record.h"

#define EDITION_OWN "exitmeter"		/* the name of our own full specification */
#define EDITION_AUTO "auto"		/* in place of a name: the one that fits is to be found out */
#define EDITION_CLAUSES_MAX 64
#define EDITION_NAME_MAX 31

/* What a leaf can tell, as bits. */
enum figure_bit {
	FIGURE_EXITS = 1 << 0,
	FIGURE_CYCLES = 1 << 1,
	FIGURE_REASON_EXITS = 1 << 2,
	FIGURE_REASON_CYCLES = 1 << 3,
	FIGURE_ANY = 1 << 4,	/* of a clause: it hangs on the layout, whatever the leaves tell */
};
#define FIGURE_COUNT 4

/* Whose exits the counters may count. */
enum edition_counted { EDITION_COUNTS_VM, EDITION_COUNTS_MODULE, EDITION_COUNTS_EITHER };

/* What a leaf must answer.  A register whose bit is set in `any` (bit 0 is eax) may hold anything. */
struct edition_answer {
	struct em_regs regs;
	unsigned int any;
};

struct edition {
	char name[EDITION_NAME_MAX + 1], title[96];
	enum em_layout layout;		/* in which leaf each figure is */
	unsigned int figures;		/* of enum figure_bit: those that the edition has at all */
	struct edition_answer undefined, not_enabled;	/* to a reason that is so */
	enum edition_counted counted;
	uint32_t sdm;			/* the year of the manual; 0: the newest */
	enum weight weight[EDITION_CLAUSES_MAX];	/* in the order of clauses[] */
};

/* Whether the edition has all of these figures. */
static inline bool edition_has(const struct edition *e, unsigned int figures)
{
	return (e->figures & figures) == figures;
}

/* Whether it stands for "none fits": nothing that hangs on a layout is judged then. */
static inline bool edition_is_none(const struct edition *e)
{
	return !e->figures;
}

/* Whether it is our own full specification. */
bool edition_is_own(const struct edition *e);
/* Whether a leaf has answered so. */
bool edition_is_answer(const struct edition_answer *wanted, const struct em_regs *got);
/* The figures that a layout has a leaf for. */
unsigned int edition_layout_figures(enum em_layout layout);
/* The figures that a layout wants of a leaf.. */
unsigned int edition_leaf_figures(enum em_layout layout, uint32_t leaf);
/* "total exits", and so on, of one bit. */
const char *edition_figure_name(unsigned int figure);

#endif
