/* SPDX-License-Identifier: GPL-2.0-only */
/* The figures of a batch's run folders as samples: one for each variant. */
#ifndef EXITMETER_BATCH_SAMPLES_H
#define EXITMETER_BATCH_SAMPLES_H

#include "batch/plan.h"
#include "stats/samples.h"

/*
 * Reads the run folders of a variant.  A run is left out, and counted as what it is, that is missing or lost; and,
 * unless `all`, one whose L1 host stood still and was woken, or was started twice: its cycles, and what its timer
 * caused, are those of another run.  STATUS_LOST: a run folder is not as the run left it.
 */
int batch_samples_read(const char *dir, const struct plan *plan, size_t variant, bool all,
		       struct samples *ret, struct error *err);
/* The same of each variant; the caller calls batch_samples_free() with what it returns.  NULL: see err. */
struct samples *batch_samples_read_all(const char *dir, const struct plan *plan, bool all,
				       struct error *err);
void batch_samples_free(struct samples *samples, size_t count);

#endif
