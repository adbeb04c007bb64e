/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose folder a batch may take: a folder has one plan, and what somebody else has in it stays as it is. */
#ifndef EXITMETER_PLAN_FOLDER_H
#define EXITMETER_PLAN_FOLDER_H

#include "batch/plan.h"

/*
 * Whether `dir` may become, or is, the folder of that plan: it is not there, is empty, or has the same plan.
 * STATUS_USAGE: it has another one, or is no folder of a batch.
 */
int plan_folder_check(const char *dir, const struct plan *plan, struct error *err);
/* The folder that a path names, be it itself or by its plan.json; the caller frees.  NULL: it is another file. */
char *plan_folder_of(const char *path);
/* Whether it has a plan of its own; where not, plan_write() gives it one. */
bool plan_folder_has_plan(const char *dir);

#endif
