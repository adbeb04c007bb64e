/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches a guest from its first byte to its end and names the end (enum
 * outcome).  It reads the two ports' files as they grow; it never touches the guest, but
 * for putting down one that has come to a bad end.
 */
#ifndef EXITMETER_GUEST_WATCH_H
#define EXITMETER_GUEST_WATCH_H

#include "evidence/console.h"
#include "evidence/evidence.h"
#include "evidence/records.h"
#include "run/config.h"
#include "run/progress.h"
#include "vm/domain.h"

struct guest_watch {
	/* Given; all borrowed. */
	struct domain *domain;
	const char *console_path, *records_path;
	const struct config *config;
	struct progress *progress;
	/*
	 * Called while a point's records come in: the guest has read its figures by then, and
	 * reads no more before they are out.  drop() is called where they were out too early
	 * for that to be sure.  May be NULL.
	 */
	void (*snapshot)(void *context, enum em_point point);
	void (*drop)(void *context, enum em_point point);
	void *context;
	/* What was seen. */
	struct console console;
	struct records records;
	unsigned int resets;	/* how often it has reset */
	enum outcome outcome;
	char detail[256];	/* one line: why */
};

/* 0 with w->outcome set; -1 where the program itself was stopped by a signal. */
int guest_watch_run(struct guest_watch *w, struct error *err);

#endif
