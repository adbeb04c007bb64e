/* SPDX-License-Identifier: GPL-2.0-only */
/* plan.json: what was asked of a class, and the id of each of its runs. */
#ifndef EXITMETER_CLASS_PLAN_H
#define EXITMETER_CLASS_PLAN_H

#include "batch/member.h"

/* The whole file as text, which the caller frees.  Pure.  STATUS_USAGE: an option is not UTF-8. */
char *class_plan(const struct class *class, struct error *err);

#endif
