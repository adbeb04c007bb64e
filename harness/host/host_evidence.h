/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an L1 host says of the run inside it.  It has run somebody's kernel code, so that only what L0
 * cannot know itself is taken from it, and what it says of the rest must be what L0 has asked for.
 */
#ifndef EXITMETER_HOST_EVIDENCE_H
#define EXITMETER_HOST_EVIDENCE_H

#include "evidence/evidence.h"

/*
 * Takes the inner evidence over into the run's own, which has what was asked for.  The texts are moved; a
 * line about the outcome gets "L1: " before it.  STATUS_LOST: it is the evidence of another run.
 */
int host_evidence_take(struct evidence *own, struct evidence *inner, struct error *err);

#endif
