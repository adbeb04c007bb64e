/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of a batch: an `exitmeter run` as a process of its own, with a run folder of its own.  The folder
 * is made as PLACE.new and renamed when it is whole, so that what is whole is never done twice, and what was
 * half done is done again.
 */
#ifndef EXITMETER_BATCH_RUN_H
#define EXITMETER_BATCH_RUN_H

#include "batch/jobs.h"
#include "batch/task.h"
#include "run/config.h"

enum batch_state {
	BATCH_PLANNED, /* it is to be done, or was interrupted */
	BATCH_DONE, /* its run folder is whole */
	BATCH_FAILED, /* there is no run folder; `why` tells why */
	BATCH_ELSEWHERE, /* it is of another shard */
	BATCH_LOCKED, /* it is to be done, and another process was at it when we asked last */
};

struct batch_run {
	const char *dir; /* borrowed: the folder of the batch */
	int lock; /* borrowed: of run_lock_open() there; unused where nothing is carried out */
	const struct config *config; /* borrowed: what is asked for, but for `out` and `run-id` */
	char *label; /* owned: for the progress */
	char *place; /* owned: its run folder, relative to `dir` */
	char *log; /* owned: its files in DIR/logs begin so */
	char id[65]; /* run_id.h */
	enum batch_state state;
	bool is_old; /* an earlier start has measured it */
	bool is_forced; /* it is measured even if it is done */
	char *why; /* owned */
	void *owner; /* borrowed: whom the run is for */
};

void batch_run_deinit(struct batch_run *run);
bool batch_run_is_done(const struct batch_run *run);
/* Whether a whole run of another id is in its place, which is not to be lost. */
bool batch_run_is_anothers(const struct batch_run *run);
/* Adds the task that measures it: `PROGRAM run --config FILE`.  Its owner is the run. */
void batch_run_queue(struct batch_run *run, struct task_list *tasks, const char *program);
/*
 * Before either task begins: takes the run's lock, which another process may have (CLAIM_HELD), and which goes when
 * the task has ended.  CLAIM_NEEDLESS: it is done by now, or what the task is given cannot be written, and it has
 * failed.  -1: see err.
 */
int batch_run_claim(struct batch_run *run, enum task_kind kind, struct error *err);
/* Adds the task that judges its run folder anew. */
void batch_run_queue_judge(struct batch_run *run, struct task_list *tasks, const char *program);
/* Takes what the task of batch_run_queue() has left, and sets the state and why. */
void batch_run_ended(struct batch_run *run, const struct task *task);
/*
 * The same of batch_run_queue_judge().  Another edition may want what this run has not read, since the guest
 * asks by a layout: such a run, and one whose folder has changed since, stays planned.
 */
void batch_run_judged(struct batch_run *run, const struct task *task);
/* It comes to nothing.  Takes over `why`. */
void batch_run_fail(struct batch_run *run, char *why);

#endif
