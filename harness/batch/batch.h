/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Carries out what is missing of a batch, or of a shard of it.  In the folder of a batch are
 *
 *	plan.json		the list of runs
 *	runs/VARIANT/NNN	the run folders (of a class: subjects/FOLDER, second-vendor/FOLDER)
 *	logs/			what the runs said, and the config.json that each was given
 *	.exitmeter-batch.lock	each run's place is a byte in it, locked by whoever is at that run
 *
 * Any number of processes, on any machines that share the folder, may be at one batch.  Each takes the next run that
 * nobody is at when it has room for one, and comes back to those that others were at in the end.
 */
#ifndef EXITMETER_BATCH_H
#define EXITMETER_BATCH_H

#include "batch/batch_run.h"
#include "batch/plan.h"
#include "batch/run_id.h"
#include "batch/shard.h"
#include "run/progress.h"

struct batch {
	/* Given, and borrowed. */
	const char *dir;
	const struct plan *plan;
	struct shard shard;
	const char *program; /* to start as `PROGRAM run` */
	struct run_image image;
	struct progress *progress;
	/* What is told of each run that is over now, at once; may be NULL. */
	void (*over)(void *context, const struct batch_run *run);
	void *context;
	/* Owned. */
	struct task_list tasks; /* its limits are given */
	struct batch_run *runs; /* as those of the plan */
	int lock;
	bool is_wait_told; /* that others are at what is left */
};

struct batch_count {
	size_t mine; /* runs of this shard */
	size_t done, failed;
};

/*
 * Returns 0 when nothing is left to do for this shard; a run that comes to nothing has its reason.  Runs that another
 * process is at are waited for, and taken over where that one ends before they are done.
 * STATUS_USAGE: the inputs here are not those that were planned, the folder cannot be written or has no locks, or it
 * has a whole run of another plan.  A signal: what is done stays.
 */
int batch_carry_out(struct batch *batch, struct error *err);
void batch_count(const struct batch *batch, struct batch_count *ret);
void batch_deinit(struct batch *batch);

#endif
