/* SPDX-License-Identifier: GPL-2.0-only */
/* Which failed clauses follow from others that failed, so that a cause is told once, and before them. */
#ifndef EXITMETER_CONSEQUENCE_H
#define EXITMETER_CONSEQUENCE_H

#include "judge/finding.h"

/*
 * Sets `cause` in each finding that follows from another; findings has clause_count of them.  Of a
 * chain, each has the first cause.  A failure follows from a failure only, advice also from advice.
 */
void consequence_find(struct finding *findings);

#endif
