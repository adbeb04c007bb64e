/* SPDX-License-Identifier: GPL-2.0-only */
/* How much memory there is for what this process starts. */
#ifndef EXITMETER_MEMORY_ROOM_H
#define EXITMETER_MEMORY_ROOM_H

#include <stdint.h>

/*
 * What is available, in MiB: by the kernel's own estimate (MemAvailable), and no more than the control groups that
 * this process is in may have, of version 1 or 2, as a container's or a cluster's manager limits them.  0: unknown.
 * proc and cgroups: where these are mounted.
 */
uint64_t memory_room_mib(const char *proc, const char *cgroups);

#endif
