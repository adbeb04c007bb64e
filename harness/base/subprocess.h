/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the external tools the harness stands on (qemu-img, cloud-localds, mke2fs, gpgv). */
#ifndef EXITMETER_SUBPROCESS_H
#define EXITMETER_SUBPROCESS_H

#include <stdint.h>

#include "base/error.h"

/*
 * Limits: many times what the tools take even inside an emulated host.  They are
 * there so that a tool that is stuck is named, and not waited for until morning.
 */
#define SUBPROCESS_SMALL_MS (120 * 1000)	/* writes a few files, or a few MiB */
#define SUBPROCESS_LARGE_MS (600 * 1000)	/* copies or makes hundreds of MiB */

/*
 * Runs argv (NULL-terminated, looked up on PATH) to its end.  Its output is
 * kept, at most the last 2 KiB, and becomes the message when it fails.  A
 * missing program is STATUS_SKIP with its name and how to install it; one that
 * takes longer than limit_ms is STATUS_TIMEOUT.  That, as a pending interrupt,
 * ends the child and its children first; after a signal none is started.
 */
int subprocess_run(const char *const argv[], int64_t limit_ms, struct error *err);
/*
 * For programs whose exit code and output say something: 0 whenever it ran to
 * an end of its own.  ret_output: the last 2 KiB, the caller frees.
 */
int subprocess_capture(const char *const argv[], int64_t limit_ms, int *ret_code,
		       char **ret_output, struct error *err);

#endif
