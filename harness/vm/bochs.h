/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process of Bochs.  It is our child, and the kernel kills it when we die, be it by kill -9.  A pid
 * file in the run's scratch folder names it, for the sweep (run/scratch.h).
 */
#ifndef EXITMETER_BOCHS_H
#define EXITMETER_BOCHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct bochs {
	pid_t pid;		/* of it or its sandbox; 0: it was not started, or it has ended and was waited for */
	bool is_sandboxed;
	int status;		/* of waitpid(), once it has ended */
	char *log, *out;	/* owned paths: its log, and its output before it has opened that */
};

/*
 * program, rc: paths of Bochs and of its bochsrc.  scratch: the folder for its log and pid file.  sandbox: the
 * script that runs it in a sandbox (sandbox.h); NULL: there is none.
 */
int bochs_start(const char *program, const char *rc, const char *scratch, const char *sandbox, struct bochs *ret,
		struct error *err);
/* Whether it runs; does not wait. */
bool bochs_is_running(struct bochs *b);
/*
 * After its end: whether its machine powered off.  `ret` takes a sentence about how Bochs ended, cut to
 * `size` bytes.
 */
bool bochs_is_off(const struct bochs *b, char *ret, size_t size);
/* Returns the CPU time that it has had, in milliseconds; -1: not known. */
int64_t bochs_cpu_ms(const struct bochs *b);
/* Kills it if it runs, and frees the paths; does nothing on a zeroed struct. */
void bochs_kill(struct bochs *b);

#endif
