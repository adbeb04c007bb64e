/* SPDX-License-Identifier: GPL-2.0-only */
/* The plan of a class: what was asked of it, its subjects, and the list of its runs. */
#ifndef EXITMETER_CLASS_PLAN_H
#define EXITMETER_CLASS_PLAN_H

#include "batch/member.h"

/* Writes plan.json into the folder of the class.  STATUS_USAGE: an option is not UTF-8, or it cannot be written. */
int class_plan_write(const struct class *class, struct error *err);

#endif
