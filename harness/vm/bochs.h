/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Bochs process: a child of ours that dies with us, kill -9 included, and is
 * listed in a pid file of the run's scratch folder for the sweep.
 */
#ifndef EXITMETER_BOCHS_H
#define EXITMETER_BOCHS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct bochs {
	pid_t pid;		/* 0: none, or ended and waited for */
	int status;		/* of waitpid(), once it has ended */
	char *log, *out;	/* owned: its log, and what it says before it has one */
};

/* program, rc: Bochs and its bochsrc.  scratch: takes its log and its pid file. */
int bochs_start(const char *program, const char *rc, const char *scratch, struct bochs *ret,
		struct error *err);
/* Whether it runs; never waits. */
bool bochs_is_running(struct bochs *b);
/* After its end: true where its machine powered off, else `ret` says what happened. */
bool bochs_is_off(const struct bochs *b, char *ret, size_t size);
/* Kills it if it runs; harmless on a zeroed struct. */
void bochs_kill(struct bochs *b);

#endif
