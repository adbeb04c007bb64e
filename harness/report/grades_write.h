/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that a class leaves for its instructor, and the lines that `make grade` ends with. */
#ifndef EXITMETER_GRADES_WRITE_H
#define EXITMETER_GRADES_WRITE_H

#include <stdio.h>

#include "report/grade_view.h"
#include "report/likeness.h"

/*
 * Writes grades.csv, grades.html, likeness.csv, feedback/FOLDER.md of each row and, at the end, grades.json
 * into `dir`, each anew and each of them whole or not at all.
 */
int grades_write(const struct grade_view *view, const struct likeness *likeness, const char *dir,
		 struct error *err);
/* Prints a line for each row, the worst first, and where the files are. */
void grades_print(const struct grade_view *view, const struct likeness *likeness, const char *dir,
		  FILE *out);

#endif
