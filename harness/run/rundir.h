/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run folder.  It is made aside (OUT.part.ID) and renamed into place when
 * it is whole, so that a run that is stopped leaves nothing half made, and an
 * earlier run's folder is never written to.
 */
#ifndef EXITMETER_RUNDIR_H
#define EXITMETER_RUNDIR_H

#include "run/config.h"
#include "run/scratch.h"

struct rundir {
	char *final;	/* owned: where it will be */
	char *part;	/* owned: where it is made */
};

/* Chooses the place and refuses one that has something in it; makes nothing. */
int rundir_choose(const struct config *c, enum host_type host, struct rundir *ret,
		  struct error *err);
int rundir_open(const struct scratch *s, struct rundir *d, struct error *err);
/* Renames into place and points CACHE/runs/latest at it. */
int rundir_close(const struct config *c, const struct scratch *s, struct rundir *d,
		 struct error *err);
void rundir_deinit(struct rundir *d);

#endif
