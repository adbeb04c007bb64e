/* SPDX-License-Identifier: GPL-2.0-only */
/* Groups of clauses that concern the same thing: headings in the grades, and items of a rubric. */
#ifndef EXITMETER_CLAUSE_GROUP_H
#define EXITMETER_CLAUSE_GROUP_H

enum clause_group {
	GROUP_BASICS,		/* it builds, the guest lives, the leaves answer */
	GROUP_TOTALS,
	GROUP_REASONS,		/* exits of each reason */
	GROUP_CYCLES,
	GROUP_SENTINELS,	/* what undefined and not enabled reasons give */
	GROUP_REGISTERS,	/* all four of them, in every mode, and the other leaves */
	GROUP_HOST,		/* the kernel's own counts, the neighbours, the host's log */
	CLAUSE_GROUPS
};

/* "basics", "totals", ... */
const char *clause_group_name(enum clause_group group);
/* "Total exits at each point", ... */
const char *clause_group_title(enum clause_group group);
/* The group of that name, or CLAUSE_GROUPS. */
enum clause_group clause_group_find(const char *name);
/* The group of a clause, by its id; CLAUSE_GROUPS: of none, as a clause of a newer exitmeter. */
enum clause_group clause_group_of(const char *id);

#endif
