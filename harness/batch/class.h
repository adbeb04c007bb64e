/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A class: its subjects as a batch of runs, each an `exitmeter run` of its own, with a run folder, an L1
 * host, a results disk and a payload that no other run has.  In the folder of the class are
 *
 *	plan.json		what was asked: subjects, folders, hosts, ids of the runs
 *	subjects/FOLDER		the run folder of a subject
 *	second-vendor/FOLDER	that on the other vendor's host, of a subject that changes both
 *	modules/FOLDER		the modules that were measured
 *	modules-SERIES/FOLDER	those for another kernel, of a subject that does not go into the first one
 *	logs/FOLDER*		what builders and runs said
 *	.exitmeter-batch.lock	who is at which run, as in any batch (batch.h)
 */
#ifndef EXITMETER_CLASS_H
#define EXITMETER_CLASS_H

#include "batch/member.h"

/*
 * Carries out what is not done yet.  Returns 0 when nothing is left to do; a subject that comes to nothing
 * has its reason.  -1: a signal came (what is done stays), or the folder cannot be written.
 */
int class_carry_out(struct class *class, struct error *err);
/* How many members are over, be it with a run folder or with a reason. */
size_t class_count_over(const struct class *class);
/* Whether there is nothing left to do for this member. */
bool class_is_over(const struct class_member *member);
void class_deinit(struct class *class);

#endif
