/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches an L1 host: its console for a kernel's bad end, its second port for
 * the progress protocol (progress.h) that the harness inside it speaks:
 *
 *	phase NAME | beat | note TEXT | error STATUS TEXT
 *	exitmeter-host: subject NAME begins
 *	exitmeter-host: subject NAME status N	one of several is over, its results written
 *	exitmeter-host: status N	its last line: the results disk is written
 */
#ifndef EXITMETER_HOST_WATCH_H
#define EXITMETER_HOST_WATCH_H

#include "evidence/console.h"
#include "host/machine.h"
#include "run/config.h"
#include "run/progress.h"

#define HOST_NUDGE_S 8		/* of silence, after which a machine that has a nudge gets one, and so on */

struct host_watch {
	/* Given; all borrowed. */
	struct machine *machine;
	const char *console_path, *progress_path;
	const struct config *config;
	struct progress *progress;
	/* Of a host that takes several subjects in turn, else 0 and NULL: called when one is over. */
	unsigned int subjects;
	void (*subject_over)(struct host_watch *w, const char *name);
	void *context;
	/* What was seen. */
	struct console console;
	int inner_status;		/* what the harness inside ended with; -1: it did not say */
	unsigned int nudges;		/* how often it was silent for long, and got an interrupt */
	bool is_seized;			/* its kernel crashed, hangs, or never came up */
	int error_status;		/* of an `error` line; -1: none came */
	char error_text[512];
};

/*
 * 0 when the harness inside has ended and its results are on their disk; -1 with STATUS_LOST or
 * STATUS_TIMEOUT where it was lost, or where a signal stopped the program.
 */
int host_watch_run(struct host_watch *w, struct error *err);

#endif
