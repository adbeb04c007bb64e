/* SPDX-License-Identifier: GPL-2.0-only */
/* The rows of the grades (report/grades.h), of what a class has come to (batch/class.h). */
#ifndef EXITMETER_GRADE_ROWS_H
#define EXITMETER_GRADE_ROWS_H

#include "batch/class.h"
#include "report/grades.h"

/* Adds a row for each subject.  One that was not measured yet says so. */
void grade_rows_fill(const struct class *class, struct grade_list *list);
/* What a member has come to, in a few words that the caller frees: "pass", "fail: layout, sum-exits". */
char *grade_row_word(const struct class_member *member);

#endif
