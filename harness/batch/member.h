/* SPDX-License-Identifier: GPL-2.0-only */
/* A class, its members, and their runs; class.h says what becomes of them. */
#ifndef EXITMETER_MEMBER_H
#define EXITMETER_MEMBER_H

#include "batch/batch_run.h"
#include "batch/run_id.h"
#include "batch/subject.h"
#include "batch/task.h"
#include "batch/vendors.h"
#include "run/config.h"
#include "run/progress.h"

/* A kernel that members are measured on.  Texts are owned, and NULL where they are not known. */
struct class_kernel {
	char *series;			/* "5.10" */
	char *tree;			/* its build tree, for the builder */
	char *host_image;		/* the folder of its host image */
	char *release;			/* that the modules must be built for */
};

/* A run of a member, on one host. */
struct class_run {
	struct class_member *member;	/* borrowed */
	enum host_type host;
	struct config config;		/* owned; zeroes where what was there is taken as it is */
	struct batch_run run;
};

struct class_member {
	struct class *class;		/* borrowed */
	struct subject *subject;	/* borrowed */
	char *source;			/* owned: where the submission itself lies */
	char *modules;			/* owned: the folder of its modules */
	size_t kernel;			/* which of the class's kernels it is measured on */
	enum vendors vendors;
	struct class_run runs[VENDORS_HOSTS_MAX];
	size_t run_count;		/* 0 until its modules are known */
	bool is_told;			/* it is over, and class->over has heard of it */
	char *why_unbuilt;		/* owned: why there are no modules of its source now, through no fault of its own */
};

struct class {
	/* Given, and borrowed. */
	const struct config *config;
	const char *dir;		/* the folder of the class */
	const char *version;		/* of this program */
	/* The first is that of the options; the others are tried, in this order, where a change does not go into it. */
	const struct class_kernel *kernels;
	size_t kernel_count;		/* at least 1 */
	/* Settles what the options of a run leave to each other or to the run, so that its id holds. */
	int (*settle)(void *context, struct config *c, struct error *err);
	struct run_image image;
	struct preferred_host preferred;
	struct progress *progress;
	bool is_plan_only;		/* what is to be measured is planned, and others do it */
	const char *program;		/* to start as `PROGRAM run` */
	struct subjects *subjects;
	/* What is told of each member that is over, at once; may be NULL. */
	void (*over)(void *context, const struct class_member *member);
	void *context;
	/* Owned. */
	bool is_wait_told;		/* that others are at what is left */
	int lock;			/* of run_lock_open(), once there are members */
	struct class_member *members;	/* in the order of the subjects */
	struct task_list tasks;
};

#endif
