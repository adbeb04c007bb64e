/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several subjects, each a folder with the KVM modules of one patch, measured
 * one after the other in one boot of a host.  The boot and all that comes before
 * it is paid once.
 *
 * A subject may take the host with it, or leave it in a state in which the next
 * cannot be run.  So whoever has no result is run again, first in a host of its
 * own; only the first of a boot is given up.
 */
#ifndef EXITMETER_SUBJECTS_H
#define EXITMETER_SUBJECTS_H

#include <stddef.h>

#include "run/protocol.h"
#include "run/session.h"

enum subject_state {
	SUBJECT_WAITS,
	SUBJECT_RAN,		/* its run folder holds what came of it */
	SUBJECT_GIVEN_UP,
};

struct subject {
	char *name;		/* of its folder */
	char *dir;
	enum subject_state state;
	char *why;		/* why it was given up */
};

struct subjects {
	struct subject *subjects;	/* by name */
	size_t count;
};

/* The folders in `dir` that hold a kvm.ko; others are refused, so that none is missed unseen. */
int subjects_load(const char *dir, struct subjects *ret, struct error *err);
void subjects_deinit(struct subjects *s);

/* Called with the name of a subject whose run folder, run->dir/NAME, is filled; or that was given up. */
struct subjects_sink {
	void (*over)(void *context, const struct subject *subject);
	void *context;
};

/*
 * 0 when every subject ran or was given up; -1 when a host could not be had at
 * all, or a signal came.
 */
int host_emulated_series(struct host_run *run, enum host_type host, struct subjects *s,
			 const struct subjects_sink *sink, struct error *err);

#endif
