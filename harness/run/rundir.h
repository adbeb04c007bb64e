/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run folder.  It is made under another name, OUT.part.ID, and gets its own name when it is whole.
 * So a run that is stopped leaves no folder that looks whole, and no run writes to the folder of an
 * earlier one.
 */
#ifndef EXITMETER_RUNDIR_H
#define EXITMETER_RUNDIR_H

#include "run/config.h"
#include "run/scratch.h"

struct rundir {
	char *final;	/* owned: its path when it is whole */
	char *part;	/* owned: its path until then */
};

/* Chooses the path and makes nothing.  STATUS_USAGE: something is there that would be overwritten. */
int rundir_choose(const struct config *c, enum host_type host, struct rundir *ret,
		  struct error *err);
/* Makes the folder.  STATUS_USAGE: the disk has too little space for a run. */
int rundir_open(const struct scratch *s, struct rundir *d, struct error *err);
/* Gives the folder its final name, and points the link CACHE/runs/latest to it. */
int rundir_close(const struct config *c, const struct scratch *s, struct rundir *d,
		 struct error *err);
void rundir_deinit(struct rundir *d);

#endif
