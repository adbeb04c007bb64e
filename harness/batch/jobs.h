/* SPDX-License-Identifier: GPL-2.0-only */
/* Carries out a list of tasks on this machine, as many at a time as the list allows. */
#ifndef EXITMETER_JOBS_H
#define EXITMETER_JOBS_H

#include "base/error.h"
#include "batch/task.h"

/* Whether a task may begin. */
enum task_claim {
	CLAIM_TAKEN,	/* it begins */
	CLAIM_HELD,	/* another process is at what it is for: others come first, and then it is asked again */
	CLAIM_NEEDLESS,	/* it is over: what it is for has been done */
};

struct jobs {
	struct task_list *tasks;	/* borrowed */
	/* Asked of each task that is next; it returns an enum task_claim, or -1.  It may add tasks to the list. */
	int (*claim)(void *context, struct task *task, struct error *err);
	/* Hears of each task that has ended by itself.  It may add tasks to the list. */
	void (*ended)(void *context, struct task *task);
	/* Called some ten times a second; may be NULL. */
	void (*tick)(void *context);
	void *context;
};

/*
 * Returns 0 when all tasks are over.  A task that fails is over, too.  Each task is a process group of its
 * own, whose first process the kernel ends when this one dies, be it by kill -9.
 *
 * -1: a task cannot be claimed or started, or a signal asked this program to stop (128 + its number).  The tasks that went on got SIGTERM and have
 * ended, and they wait again.
 */
int jobs_carry_out(const struct jobs *jobs, struct error *err);

/* What a task's program said last, of its log: the line that begins with "exitmeter: ", else its last line. */
char *jobs_last_words(const char *log);

#endif
