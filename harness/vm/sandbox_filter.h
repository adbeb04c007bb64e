/* SPDX-License-Identifier: GPL-2.0-only */
/* Which system calls an emulator may make, as a seccomp filter that bubblewrap loads. */
#ifndef EXITMETER_SANDBOX_FILTER_H
#define EXITMETER_SANDBOX_FILTER_H

#include "base/error.h"

/*
 * Writes the filter into a file.  It refuses, with EPERM, what no emulator does and what leads out of a
 * sandbox: namespaces and mounts, other processes' memory, sockets of any kind but Unix's, keys, BPF, and
 * the kernel's own affairs.  STATUS_SKIP: this program was built without libseccomp.
 */
int sandbox_filter_write(const char *path, struct error *err);

#endif
