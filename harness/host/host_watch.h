/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches an L1 host.  Its console tells when its kernel comes to a bad end.  On its second port
 * the harness inside it speaks the protocol of run/protocol.h.
 */
#ifndef EXITMETER_HOST_WATCH_H
#define EXITMETER_HOST_WATCH_H

#include "evidence/console.h"
#include "guest/shell.h"
#include "host/machine.h"
#include "run/config.h"
#include "run/progress.h"

/*
 * A machine that has a nudge gets one after so many seconds of silence, and again after as many
 * more.
 */
#define HOST_NUDGE_S 8

struct host_watch {
	/* These are given by the caller, and borrowed. */
	struct machine *machine;
	const char *console_path, *progress_path;
	const struct config *config;
	struct progress *progress;
	long pace;			/* by which this machine is slow (base/pace.h); 0: not measured */
	bool is_restored;		/* it has booted already, and so is to speak soon */
	struct shell *shell;		/* gets the console of a guest that is one; NULL: it is none */
	bool is_prepared;		/* the watch is over when it is ready for a payload */
	/* These tell what was seen. */
	struct console console;
	int inner_status;		/* exit code of the harness inside; -1: it did not tell */
	bool is_ready;
	bool is_guest_up;		/* the shell's guest runs */
	unsigned int nudges;		/* how often the host was silent for long, and was sent an interrupt */
	bool is_seized;			/* the host's kernel crashed, hangs, or never came up */
	int error_status;		/* STATUS of an `error` line; -1: none came */
	char error_text[512];
};

/*
 * Whether nothing has come for too long: for past_ms, in which the machine has had cpu_ms of CPU
 * time; -1: that is not known.  On a busy computer a machine may get little, and then it is slow and
 * not silent.
 */
bool host_is_overdue(int64_t past_ms, int64_t cpu_ms, long limit_s);

/*
 * Returns 0 when the harness inside has ended and its results are on their disk, when a host that is prepared is
 * ready, or when the user has left the shell.  Returns -1 when the host was lost (STATUS_LOST, STATUS_TIMEOUT), or
 * when a signal has stopped the program (128 + its number).
 */
int host_watch_run(struct host_watch *w, struct error *err);

#endif
