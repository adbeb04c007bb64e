/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guardian is a process that lives beside ours while something of the machine is changed.  When we
 * die before we have dismissed it, be it by SIGKILL, by the OOM killer or by abort(), it runs a
 * program that puts things back.  It has a session of its own, so that what is sent to our process
 * group does not reach it.
 */
#ifndef EXITMETER_GUARDIAN_H
#define EXITMETER_GUARDIAN_H

#include <sys/types.h>

#include "base/error.h"

struct guardian {
	pid_t pid;	/* 0: there is none */
	int leash;	/* when the last copy of it is closed, the guardian acts */
};

/*
 * argv ends with NULL; argv[0] is a path.  The guardian has a copy of it, as of all our memory.
 */
int guardian_start(const char *const argv[], struct guardian *ret, struct error *err);
/* All is put back: the guardian ends without having run anything.  Does nothing where there is none. */
void guardian_dismiss(struct guardian *g);

#endif
