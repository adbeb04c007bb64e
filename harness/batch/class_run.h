/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of a class: its configuration, its id, its program and its run folder. */
#ifndef EXITMETER_CLASS_RUN_H
#define EXITMETER_CLASS_RUN_H

#include "batch/member.h"

/*
 * Fills in what follows from the member and the host.  folder: that of the class which its run folder is
 * in.  STATUS_USAGE: the options that the list gives it are none.
 */
int class_run_init(struct class_run *run, struct class_member *member, enum host_type host,
		   const char *folder, const char *modules, struct error *err);
/* Moves the run folder into place where it is whole and an earlier start was killed before it could. */
void class_run_adopt(struct class_run *run);
bool class_run_is_done(const struct class_run *run);
/* Adds the task that measures it. */
int class_run_queue(struct class_run *run, struct error *err);
/* Adds the task that judges its run folder anew. */
void class_run_queue_judge(struct class_run *run);
/* Takes what the task has left, and sets the state and why. */
void class_run_ended(struct class_run *run, const struct task *task);

/* The path of a file in the folder of logs, "FOLDER.NAME"; the caller frees. */
char *class_log(const struct class_member *member, const char *name);
/* Whose code is changed in a folder of modules: what the builder has noted, else which modules there are. */
enum vendors class_vendors(const char *modules);

#endif
