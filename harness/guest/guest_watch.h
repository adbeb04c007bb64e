/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches a guest from its first byte to its end and names the end (enum outcome).  It only reads
 * the files of the two serial ports as they grow, and asks for the state of the domain.
 */
#ifndef EXITMETER_GUEST_WATCH_H
#define EXITMETER_GUEST_WATCH_H

#include "evidence/console.h"
#include "evidence/evidence.h"
#include "evidence/records.h"
#include "guest/mailbox.h"
#include "run/config.h"
#include "run/progress.h"
#include "vm/domain.h"

struct guest_watch {
	/* These are given by the caller, and borrowed. */
	struct domain *domain;
	const char *console_path, *records_path;
	struct mailbox *mailbox;	/* the other way by which records come; NULL: there is none */
	const struct config *config;
	struct progress *progress;
	/*
	 * snapshot() is called when records of a point have come.  By then the guest has read its
	 * figures.  drop() is called where it may have begun to read those of the next point
	 * before the snapshot was taken.  Both may be NULL.
	 */
	void (*snapshot)(void *context, enum em_point point);
	void (*drop)(void *context, enum em_point point);
	/* How many exits the VM has had so far; may be NULL. */
	uint64_t (*exits)(void *context);
	/* look() is called with each look at the guest, mark() when it comes to a mark.  Both may be NULL. */
	void (*look)(void *context);
	void (*mark)(void *context, enum boot_mark mark);
	void *context;
	/* These tell what was seen. */
	struct console console;
	struct records records;
	unsigned int resets;	/* how often the guest has reset */
	enum outcome outcome;
	char detail[256];	/* one line that says why */
};

/* Returns 0 with w->outcome set, or -1 when a signal has stopped the program itself. */
int guest_watch_run(struct guest_watch *w, struct error *err);

#endif
