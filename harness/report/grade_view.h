/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the grades show, worked out once for all of them: which row comes first, which clauses
 * have a column, what each row has come to by the rubric, and at what a person has to look.
 */
#ifndef EXITMETER_GRADE_VIEW_H
#define EXITMETER_GRADE_VIEW_H

#include <stdbool.h>

#include "report/grades.h"
#include "report/rubric.h"

/* How a clause came out for a row: the worst of its runs.  VERDICT_NONE: it concerns none of them. */
struct grade_cell {
	enum verdict verdict;
	const struct grade_clause *clause;	/* the first that has it; NULL: there is none */
	char *text;	/* what was got, of each run with that verdict; NULL where it passed */
};

/* What a row has come to by an item of the rubric. */
struct grade_item {
	const char *what;	/* the clause, or the name of the group */
	const char *text;
	long points;		/* hundredths, of the item when it passes */
	enum verdict verdict;	/* skip and lost: open; none: the edition asks nothing of it */
};

struct grade_score {
	const struct grade_row *row;
	struct rubric rubric;		/* where it is the edition's */
	struct grade_item *items;	/* none: the row gets no points */
	size_t item_count;
	struct points points;
	bool is_of_another;		/* it was judged by another edition than the class, which nobody has named */
	char *look; /* at what a person has to look, and why; NULL: at nothing */
	unsigned int failed;		/* required clauses */
	struct grade_cell *cells;	/* one for each column of the view */
};

struct grade_column {
	const char *id, *title;
	enum clause_group group;	/* columns of a group stand side by side */
};

/* It borrows from the list and the rubric that it was made of. */
struct grade_view {
	const struct grade_list *list;
	const struct rubric *rubric;	/* NULL: each row goes by that of its edition */
	const char *edition;		/* by which most rows were judged; NULL: none was */
	struct grade_score *scores;	/* of each row, in the order of the list */
	struct grade_score **sorted;	/* the same, the worst first */
	struct grade_column *columns;
	size_t column_count;
};

void grade_view_make(const struct grade_list *list, const struct rubric *rubric,
		     struct grade_view *ret);
void grade_view_deinit(struct grade_view *view);
/* Whether a column before that one has the same verdict, and the same to say. */
bool grade_score_is_told(const struct grade_score *score, size_t column);
/* How many rows have that verdict. */
unsigned int grade_view_count(const struct grade_view *view, enum verdict verdict);

#endif
