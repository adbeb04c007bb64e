/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_GRADES_HTML_H
#define EXITMETER_GRADES_HTML_H

#include "report/grade_view.h"
#include "report/likeness.h"

/*
 * grades.html: a table of all subjects and clauses, the worst subject first, below it what is to be told
 * of each, the rubric, and the pairs that resemble each other.  The caller frees it.
 */
char *grades_html(const struct grade_view *view, const struct likeness *likeness);

#endif
