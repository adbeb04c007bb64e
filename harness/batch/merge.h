/* SPDX-License-Identifier: GPL-2.0-only */
/* Brings the folders of one batch together, in which several machines have carried out parts of it. */
#ifndef EXITMETER_MERGE_H
#define EXITMETER_MERGE_H

#include "batch/plan.h"

struct merge_result {
	size_t taken; /* run folders that were copied */
	size_t known; /* that were there already, and whole */
	size_t missing; /* runs of the plan that nobody has done yet */
};

/*
 * Copies each whole run folder of `from` into the batch's folder `into`, of which `plan` is the plan, and which gets it
 * where it is new.  What does not belong is refused, and then nothing is taken of any folder: another plan, a run that
 * the plan does not have or whose id is another one, one that is not as it was left (SHA256SUMS), has no seal, or has a
 * folder or a link in it; and a run that another process is at in `into`.
 *
 * A run in `into` that was cut short or altered is replaced by a whole one.  Where there is none, one that was cut short
 * is missing, and one that was altered is refused.
 *
 * inputs: names of files that must be in the seal (seal.h).
 */
int merge_folders(const struct plan *plan, const char *into, const char *const *from, size_t count,
		  const char *const *inputs, struct merge_result *ret, struct error *err);

#endif
