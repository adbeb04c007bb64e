/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells L0 every two seconds that the harness inside an L1 host lives (protocol.h), whatever it does
 * just now: a phase may wait for a program or for libvirt for minutes on a slow machine.
 */
#ifndef EXITMETER_BEAT_H
#define EXITMETER_BEAT_H

#include <stdio.h>

/* Begins to write beats to out, from a thread of its own.  A process has one at most. */
void beat_start(FILE *out);
/* Ends that; nothing is written to out any more. */
void beat_stop(void);

#endif
