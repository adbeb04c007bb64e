/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run that is under way: what was asked for, where its files go, and what is known of it by now.
 */
#ifndef EXITMETER_SESSION_H
#define EXITMETER_SESSION_H

#include "evidence/evidence.h"
#include "run/config.h"
#include "run/progress.h"
#include "run/scratch.h"

struct host_run {
	/* All of it is borrowed. */
	const struct config *config;
	const char *dir; /* the run folder while it is made (rundir.h) */
	const struct scratch *scratch;
	struct progress *progress;
	struct evidence *evidence; /* to which the host adds what it knows */
};

#endif
