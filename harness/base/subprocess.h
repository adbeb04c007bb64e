/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the external tools that the harness needs (qemu-img, cloud-localds, mke2fs, gpgv). */
#ifndef EXITMETER_SUBPROCESS_H
#define EXITMETER_SUBPROCESS_H

#include <stdint.h>

#include "base/error.h"

/*
 * Time limits.  They are many times what the tools take even inside an emulated host: they only end a
 * tool that is stuck, so that an error names it.
 */
#define SUBPROCESS_SMALL_MS (120 * 1000)	/* for a tool that writes a few MiB */
#define SUBPROCESS_LARGE_MS (600 * 1000)	/* for one that writes hundreds of MiB */

/*
 * Runs a program to its end.  argv ends with NULL, and argv[0] is looked up in PATH.  When the program
 * fails, the error has the last 2 KiB of its output.  STATUS_SKIP: it is not installed; STATUS_TIMEOUT:
 * it took longer than limit_ms.  In that case, and when a signal asks us to stop, the program and its
 * children are ended first.  After such a signal nothing is started.
 */
int subprocess_run(const char *const argv[], int64_t limit_ms, struct error *err);
/*
 * Runs a program whose exit code and output are of interest.  Returns 0 whenever the program has ended
 * by itself.  ret_output: the last 2 KiB of its output; the caller frees.
 */
int subprocess_capture(const char *const argv[], int64_t limit_ms, int *ret_code,
		       char **ret_output, struct error *err);
/* What starts this program again: its path, or its name where /proc does not tell.  The caller frees. */
char *subprocess_own_path(void);

#endif
