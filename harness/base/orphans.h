/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process whose parent has ended is reaped by the machine's first process.  That of a container often reaps nobody
 * (Docker without --init), and what nobody reaps counts as alive: libvirt waits 40 seconds for a QEMU that has long
 * ended, up to three times in a run, and each run leaves processes in the table.  So a run takes on what its
 * descendants leave.
 */
#ifndef EXITMETER_ORPHANS_H
#define EXITMETER_ORPHANS_H

#include <sys/types.h>

/* From here on they become children of this process, until it ends.  A failure costs time only, and is no error. */
void orphans_adopt(void);
/*
 * Reaps those daemons among them that have ended; never one that runs, and no child that this program or libvirt waits
 * for.
 */
void orphans_reap(void);
/* Waits for one of them that was killed, a second at most. */
void orphans_wait_for(pid_t pid);
/* Reaps all of them, and waits a short time for those that are about to end.  Nobody may wait for a child then. */
void orphans_reap_rest(void);

#endif
