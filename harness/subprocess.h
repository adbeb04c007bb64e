/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the external tools the harness stands on (qemu-img, cloud-localds, mke2fs). */
#ifndef EXITMETER_SUBPROCESS_H
#define EXITMETER_SUBPROCESS_H

#include "error.h"

/*
 * Runs argv (NULL-terminated, looked up on PATH) to its end.  Its output is
 * kept, at most the last 2 KiB, and becomes the message when it fails.  A
 * missing program is STATUS_SKIP with its name and how to install it.  A
 * pending interrupt stops the child first.
 */
int subprocess_run(const char *const argv[], struct error *err);

#endif
