/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and SIGTERM only raise a flag.  Every wait in the program looks at it and returns an error, so
 * that the program cleans up in one way only.
 */
#ifndef EXITMETER_INTERRUPT_H
#define EXITMETER_INTERRUPT_H

#include "base/error.h"

/* From now on SIGINT, SIGTERM and SIGHUP raise the flag, and SIGPIPE is ignored. */
void interrupt_install(void);
/* Returns the signal that asked the program to stop, or 0. */
int interrupt_pending(void);
/* Returns -1 with an error when there was such a signal, else 0. */
int interrupt_check(struct error *err);
/*
 * From now on interrupt_check() returns 0 whatever comes.  For the end of a run: everything is
 * measured, the rest takes no time, and nobody wants the measurement thrown away.
 */
void interrupt_defer(void);
/*
 * For an error that has reached the command.  Ctrl-C at a terminal also ends the processes that
 * libraries have started, and that makes other things fail.  So where a signal has come, the message
 * and the exit code name the signal, and the message has the error behind it.
 */
void interrupt_explain(struct error *err);

#endif
