/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is at a run of a batch: each run of the plan is a byte in a file of the batch's folder, which is locked. */
#ifndef EXITMETER_RUN_LOCK_H
#define EXITMETER_RUN_LOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Opens the file in a batch's folder, which must be there.  Returns the descriptor, which the caller closes, or -1. */
int run_lock_open(const char *dir, struct error *err);
/*
 * Takes the lock of a run, by its index in the plan.  It is of the open file, which no other process inherits, and the
 * kernel, be it that of a file server, gives it up when that is closed or this process ends.  False: another
 * process has it.
 */
bool run_lock_take(int fd, size_t index);

#endif
