/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ctrl-C and SIGTERM only raise a flag: every wait in the program looks at it
 * and unwinds the ordinary way, so that there is one clean-up path.
 */
#ifndef EXITMETER_INTERRUPT_H
#define EXITMETER_INTERRUPT_H

#include "base/error.h"

/* Routes SIGINT, SIGTERM and SIGHUP to the flag; ignores SIGPIPE. */
void interrupt_install(void);
/* The signal that asked the program to stop, or 0. */
int interrupt_pending(void);
/* -1 with a message when a signal is pending, else 0. */
int interrupt_check(struct error *err);
/*
 * From now on interrupt_check() lets everything pass: all is measured, what is left
 * takes no time, and to throw the measurement away would help nobody.
 */
void interrupt_defer(void);
/*
 * For an error that reached the top.  Ctrl-C at a terminal goes to the helpers of
 * libraries as well: what fails once a signal is pending is its echo, so the
 * signal is what ended the program, and the error is what is told besides.
 */
void interrupt_explain(struct error *err);

#endif
