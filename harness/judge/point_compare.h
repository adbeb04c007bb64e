/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's figures at each point beside the kernel's own count.  That was read while the point's records came in:
 * it is not below what the guest read at that point, and not above what it reads at the next.
 */
#ifndef EXITMETER_POINT_COMPARE_H
#define EXITMETER_POINT_COMPARE_H

#include "judge/case_file.h"

/* The total, each number of the sweep, and those that have fast paths together. */
#define POINT_DIFFERENCES_MAX (EM_SWEEP_COUNT + 2)

/* The exits that every patch can count, or those that one in KVM's exit handler can. */
enum point_demand { DEMAND_ALL, DEMAND_HANDLED };

/* One figure. */
struct difference {
	int index;		/* of the sweep, or one of those below 0 that point_compare.c knows */
	int64_t by;		/* the guest read at least so much more; below 0: less */
	enum em_point at;
	/* What came between points can be right all the same: then each point is off by as much. */
	int64_t least, most;
	/* The register still holds the number of the leaf, which a guest that asks takes for a count. */
	bool is_unwritten;
};

/* Lists what differs, the gravest first: what is missing before what is too much.  Returns how many there are. */
unsigned int point_compare(const struct case_file *cf, enum point_demand demand,
			   struct difference ret[POINT_DIFFERENCES_MAX]);
/* Adds to a list, in words, what differs by how much and where.  text: owned by the caller; NULL: the list begins. */
void point_tell(const struct case_file *cf, const struct difference *d, char **text);

/* Whether it is known how often KVM's exit handler had been called by each point that has a count. */
bool point_knows_handled(const struct case_file *cf);
/* How many exits had passed the handler by, on fast paths, by the last point that has a count; at least. */
uint64_t point_fast_exits(const struct case_file *cf);

#endif
