/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is at a run of a batch or a class: each place of a run is a byte in a file of the batch's folder, which is locked.
 * Which byte follows from the place alone, so that whoever has another list of runs of the same folder asks for the
 * same one.
 */
#ifndef EXITMETER_RUN_LOCK_H
#define EXITMETER_RUN_LOCK_H

#include "base/error.h"

/* Opens the file in a batch's folder, which must be there.  Returns the descriptor, which the caller closes, or -1. */
int run_lock_open(const char *dir, struct error *err);
/*
 * Takes the lock of a run, by its place in the folder.  It is of the open file, which no other process inherits, and
 * the kernel, be it that of a file server, gives it up when that is closed or this process ends.
 *
 * Returns 1: it is ours; 0: another process has it.  STATUS_USAGE: this file system has no locks.
 */
int run_lock_take(int fd, const char *place, struct error *err);
void run_lock_release(int fd, const char *place);

#endif
