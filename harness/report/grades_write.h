/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that a class leaves for its instructor, and the lines that `make grade` ends with. */
#ifndef EXITMETER_GRADES_WRITE_H
#define EXITMETER_GRADES_WRITE_H

#include <stdio.h>

#include "report/grades.h"
#include "report/rubric.h"

/*
 * Writes the files of the grades into `dir`, each of them anew; grades.json comes last.  rubric: the
 * points; NULL: those of the edition that a row was judged by.
 */
int grades_write(const struct grade_list *list, const char *dir, const struct rubric *rubric, struct error *err);
/* Prints a line for each row, the worst first, and where the files are. */
void grades_print(const struct grade_list *list, const char *dir, const struct rubric *rubric, FILE *out);

#endif
