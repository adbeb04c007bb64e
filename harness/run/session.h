/* SPDX-License-Identifier: GPL-2.0-only */
/* A run that is under way: what was asked for, where its files go, and what is known of it so far. */
#ifndef EXITMETER_SESSION_H
#define EXITMETER_SESSION_H

#include "base/interrupt.h"
#include "evidence/evidence.h"
#include "run/config.h"
#include "run/progress.h"
#include "run/scratch.h"

struct host_run {
	/* All borrowed. */
	const struct config *config;
	const char *dir;		/* run folder in the making */
	const struct scratch *scratch;
	struct progress *progress;
	struct evidence *evidence;	/* the host adds what it knows */
};

/* Begins a phase: 0, or -1 where a signal has come and nothing more is to be begun. */
static inline int host_begin(const struct host_run *run, const char *phase, struct error *err)
{
	progress_begin(run->progress, phase);
	return interrupt_check(err);
}

#endif
