/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_CLAUSE_JUDGE_H
#define EXITMETER_CLAUSE_JUDGE_H

#include "judge/clause.h"

/* Judges one clause.  The caller calls finding_deinit() on the result. */
void clause_judge(const struct clause *clause, const struct case_file *cf, struct finding *ret);

#endif
