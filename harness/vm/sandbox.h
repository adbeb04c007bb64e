/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sandbox of an emulator that runs a stranger's kernel: as nobody that this machine knows where we are
 * root, without rights, with the run's files and nothing else of this machine, without network and other
 * processes, within limits.  What this machine cannot do is left out and told.
 */
#ifndef EXITMETER_SANDBOX_H
#define EXITMETER_SANDBOX_H

#include "base/error.h"
#include "vm/sandbox_script.h"

#define SANDBOX_WHOLE "whole"

struct sandbox {
	char *script;	/* owned: path of the script that runs a command in it; NULL: there is none */
	char *state;	/* owned: SANDBOX_WHOLE, or what is missing and why, in one line */
};

/*
 * Finds out what is possible here, by trying, and leaves the script and its filter in the folder `dir`.  -1: a
 * signal came, or a file could not be written.
 */
int sandbox_make(struct sandbox_files *files, const char *dir, struct sandbox *ret, struct error *err);
void sandbox_deinit(struct sandbox *s);

/*
 * Returns the emulator that runs in a sandbox: `pid` may be that of bubblewrap, which waits for it.  Without
 * a sandbox, and before bubblewrap has begun, it is `pid` itself.
 */
pid_t sandbox_pid(pid_t pid);

#endif
