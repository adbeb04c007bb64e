/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_CLAUSE_NEEDS_H
#define EXITMETER_CLAUSE_NEEDS_H

#include "judge/clause.h"

/* Whether the run lacks something that the clause needs; f then says what.  Pure. */
bool clause_misses_needs(const struct clause *clause, const struct case_file *cf, struct finding *f);

#endif
