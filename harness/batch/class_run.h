/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked for in a run of a class, which follows from the member and the host. */
#ifndef EXITMETER_CLASS_RUN_H
#define EXITMETER_CLASS_RUN_H

#include "batch/member.h"

/*
 * Fills in what follows from the member and the host.  folder: that of the class which its run folder is
 * in.  STATUS_USAGE: the options that the list gives it are none.
 */
int class_run_init(struct class_run *run, struct class_member *member, enum host_type host,
		   const char *folder, const char *modules, struct error *err);
void class_run_deinit(struct class_run *run);

/* The memory of the largest guest, in MiB: what was asked for, or what the list gives a subject. */
long class_guest_mib(const struct config *asked, const struct subjects *subjects);
/* The path of a file in the folder of logs, "FOLDER.NAME"; the caller frees. */
char *class_log(const struct class_member *member, const char *name);
/* Whose code is changed in a folder of modules: what the builder has noted, else which modules there are. */
enum vendors class_vendors(const char *modules);

#endif
