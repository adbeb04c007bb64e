// SPDX-License-Identifier: GPL-2.0-only
#include "judge/where.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static void add_place(char **list, const char *what, const struct source_place *place)
{
	if (*place->path)
		text_join(list, "; ", "%s at %s:%u", what, place->path, place->line);
}

/* The figures that a clause looks at; the clauses that hang on no figure look at all leaves. */
static unsigned int figures_of(const struct case_file *cf, const struct clause *clause)
{
	unsigned int figures = clause->figures & ~(unsigned int)FIGURE_ANY;

	return figures ? figures : cf->edition->figures ? cf->edition->figures : ~0u;
}

static void add_leaves(const struct case_file *cf, const struct clause *clause, char **list)
{
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		uint32_t leaf = EM_LEAF_FIRST + i;
		char what[40];

		if (!edition_is_none(cf->edition) &&
		    !(edition_leaf_figures(cf->edition->layout, leaf) & figures_of(cf, clause)))
			continue;
		snprintf(what, sizeof(what), "0x%X is answered", leaf);
		add_place(list, what, &cf->submission.leaf[i]);
	}
}

/* What a register holds is a matter of the answer, not of counting. */
static bool is_of_counting(const struct clause *clause)
{
	return clause->figures && strncmp(clause->id, "regs-", strlen("regs-"));
}

char *where_tell(const struct case_file *cf, const struct clause *clause)
{
	char *list = NULL;

	if (!case_has_input(cf, CASE_SUBMISSION) || clause->is_basic)
		return NULL;
	add_leaves(cf, clause, &list);
	if (is_of_counting(clause))
		add_place(&list, "exits are counted", &cf->submission.handled);
	return list;
}
