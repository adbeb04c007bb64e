/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_GRADE_FILES_H
#define EXITMETER_GRADE_FILES_H

#include <stdio.h>

#include "report/grades.h"
#include "run/config.h"

/*
 * Writes the files of the grades into `dir` (grades_write.h), by the rubric that the configuration names
 * or else that of each subject's edition, and prints a line for each subject.
 *
 * STATUS_USAGE: the rubric cannot be read, or a file cannot be written.
 */
int grade_files_write(const struct config *c, const struct grade_list *list, const char *dir,
		      FILE *out, struct error *err);
/* Reads the rubric, so that a mistake in it is told before anything is measured. */
int grade_files_check(const struct config *c, struct error *err);

#endif
