/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's side of the mailbox (probe/record.h): memory that the guest shares with us, in a file of
 * /dev/shm that QEMU makes.  The guest is a stranger: what it writes is bounded, and is text like any
 * other that comes from its port.
 */
#ifndef EXITMETER_MAILBOX_H
#define EXITMETER_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct mailbox {
	char *path;
	int fd;			/* -1: it is not open */
	uint32_t taken;		/* how many bytes of its text were read */
};

/* Names the mailbox of a domain, which need not be there yet. */
struct mailbox mailbox_of(const char *domain);
/* Opens it when its domain has been started, but has not run yet, and writes the nonce into it. */
int mailbox_open(struct mailbox *m, const char *nonce, struct error *err);
/* Reads what was written since the last call; returns how many bytes, 0 where there are none. */
size_t mailbox_read(struct mailbox *m, void *buf, size_t size);
/* How many points the guest has begun to read; 0 where it is not open. */
uint32_t mailbox_points(const struct mailbox *m);
/* Appends all the text that the guest has written to the file at `path`. */
int mailbox_save(const struct mailbox *m, const char *path, struct error *err);
/* Closes it, and removes its file where there is one. */
void mailbox_remove(struct mailbox *m);

#endif
