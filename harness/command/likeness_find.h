/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_LIKENESS_FIND_H
#define EXITMETER_LIKENESS_FIND_H

#include "report/grades.h"
#include "report/likeness.h"

/*
 * Compares the changes of all subjects, which are in their run folders below `dir`, by Debian's sim_c.  What
 * it is given are plain files of our own names in a temporary folder, of bounded size; its time, memory and
 * output are bounded, too.  Where it cannot be had or does not end, ret->why_not tells.
 *
 * Fails only where a signal came, or the temporary folder cannot be made.  The caller calls
 * likeness_deinit() in any case.
 */
int likeness_find(const struct grade_list *list, const char *dir, const char *cache,
		  struct likeness *ret, struct error *err);

#endif
