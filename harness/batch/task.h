/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks, each a program of its own, and which of them is next.  All here is pure; jobs.h starts them.
 */
#ifndef EXITMETER_TASK_H
#define EXITMETER_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a task takes of the machine decides how many of its kind go on at a time. */
enum task_kind {
	TASK_JUDGE,	/* a moment */
	TASK_RUN,	/* a VM: a CPU, and memory for an L1 host */
	TASK_BUILD,	/* a compiler, which takes what CPU the VMs leave */
	TASK_KINDS
};

enum task_state {
	TASK_WAITS,
	TASK_IS_HELD,	/* another process is at what it is for; it waits behind all others */
	TASK_GOES_ON,
	TASK_IS_OVER
};

struct task {
	enum task_kind kind;
	char *label;		/* owned: printable, for the progress */
	char **argv;		/* owned: ends with NULL */
	char *log;		/* owned: the file that takes its output */
	void *owner;		/* borrowed: whom it is for */
	enum task_state state;
	pid_t pid;
	int64_t begun_ms, ms;	/* when it was started, and how long it took */
	int status;		/* what waitpid() gave */
};

struct task_list {
	struct task **tasks;	/* owned, in the order in which they were added */
	size_t count;
	unsigned int limit[TASK_KINDS];	/* how many of a kind go on at a time; at least 1 */
};

/* Adds a task, which the list frees.  argv is copied. */
struct task *task_add(struct task_list *list, enum task_kind kind, const char *label,
		      const char *const *argv, const char *log, void *owner);
/* The task to start now: the first that waits of the first kind, by the enum, that has room; or NULL. */
struct task *task_next(const struct task_list *list);
bool tasks_are_over(const struct task_list *list);
/* Whether some are held, and all others are over. */
bool tasks_are_held(const struct task_list *list);
/* Of each kind of which none waits, those that are held wait again. */
void tasks_look_again(struct task_list *list);
void tasks_deinit(struct task_list *list);

/* The memory that a run takes, of which its guest has some: an L1 host, its disks in memory, and the emulator. */
unsigned int tasks_run_mib(unsigned int guest_mib);
/* How many VM runs fit into a machine, each with a CPU and run_mib of memory of its own; at least 1. */
unsigned int tasks_that_fit(unsigned int cpus, uint64_t memory_mib, unsigned int run_mib);
/*
 * A line of progress: "3 of 12 done; running: ann, bob; building: carl; others are at: dora; about 4 min left",
 * which the caller frees.  done, total: of what the list is for.  The time left is that of the runs that are still
 * to come, one at least for each that is not done, by the mean of those that are over.
 */
char *tasks_progress(const struct task_list *list, size_t done, size_t total, int64_t now_ms);

#endif
