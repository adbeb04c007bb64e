/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Points.  A rubric is a table of items, each a clause or a group of clauses, with the points that it
 * gives and, for whoever reads the grades, a text.
 *
 * An item that passes gives its points, and one that fails gives none.  An item that could not be tried
 * neither gives points nor takes any: they are open, until somebody has looked.
 */
#ifndef EXITMETER_RUBRIC_H
#define EXITMETER_RUBRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "report/clause_group.h"
#include "report/grades.h"

struct rubric_item {
	char *clause;			/* its id; NULL: the item is a group */
	enum clause_group group;
	long points;			/* hundredths */
	char *text;			/* what it is about; may be empty */
};

struct rubric {
	struct rubric_item *items;
	size_t count;
};

/* In hundredths of a point.  given + open + what the failed items would have given = full. */
struct points {
	long given, open, full;
};

/*
 * Reads a rubric: a table (csv.h) whose header names the columns clause, points and text, the last of
 * which may be missing.  A line that begins with # is a comment.  STATUS_USAGE: the message names the
 * line and, for a clause that there is not, the one whose id is nearest.
 */
int rubric_parse(const char *text, size_t len, struct rubric *ret, struct error *err);
/* Reads a file.  The message names it. */
int rubric_read(const char *path, struct rubric *ret, struct error *err);
void rubric_deinit(struct rubric *rubric);

/*
 * Reads the rubric that is built in for the assignment that an edition stands for, be it of any year
 * (kernel-patch/editions/NAME.rubric.csv); false: there is none.
 */
bool rubric_of_edition(const char *edition, struct rubric *ret);
/* Whether a clause is the item, or of its group. */
bool rubric_item_has(const struct rubric_item *item, const char *id);
/*
 * What came of an item for a row.  VERDICT_SKIP and VERDICT_LOST: its points are open.  VERDICT_NONE: it is
 * a group of which the edition requires nothing, so that it gives no points and takes none.
 */
enum verdict rubric_judge(const struct rubric_item *item, const struct grade_row *row);
/* Writes "12", "12.5" or "0.25" into buf and returns it. */
const char *points_format(long hundredths, char buf[24]);

#endif
