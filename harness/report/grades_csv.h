/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_GRADES_CSV_H
#define EXITMETER_GRADES_CSV_H

#include "report/grade_view.h"
#include "report/likeness.h"

/*
 * grades.csv and likeness.csv, for spreadsheets: RFC 4180, in UTF-8.  A byte order mark stands before a
 * table that is not all ASCII, because Excel takes UTF-8 for something else without it; other programs
 * would take it for a part of the first name.  The caller frees the text.
 */
char *grades_csv(const struct grade_view *view);
char *likeness_csv(const struct grade_list *list, const struct likeness *likeness);

#endif
