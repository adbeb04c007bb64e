/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shows how far a run is, by phases, and measures how long each phase takes.  A terminal gets one
 * live line, a log gets a plain line for each phase, and a run inside an L1 host writes the lines
 * of protocol.h, which L0 reads.
 */
#ifndef EXITMETER_PROGRESS_H
#define EXITMETER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRESS_PHASES 32

struct progress_phase {
	char name[32];
	int64_t ms;
};

struct progress {
	FILE *out;		/* borrowed */
	enum { PROGRESS_PLAIN, PROGRESS_LIVE, PROGRESS_PROTOCOL } style;
	int64_t start_ms, phase_start_ms, last_show_ms;
	struct progress_phase phases[PROGRESS_PHASES];
	size_t phase_count;
	bool is_open;
	unsigned int transfer_tenths;	/* how much of the transfer under way was last shown */
};

void progress_init(struct progress *p, FILE *out, bool protocol);
/*
 * Ends the phase under way and begins another.  Nothing happens where the phase has that name
 * already.
 */
void progress_begin(struct progress *p, const char *phase);
/*
 * Lets the tests of signals and faults hit a phase that lasts only a millisecond: where the
 * variable EXITMETER_PAUSE_AT names this phase, the program says so and stops itself with SIGSTOP,
 * until the test has done its worst and sends SIGCONT.  progress_begin() does this for each phase. 
 * Others call it for a moment that is not shown as a phase.
 */
void progress_hold(struct progress *p, const char *phase);
/* Shows on a terminal that the program is alive.  It may be called at any rate. */
void progress_tick(struct progress *p);
/*
 * Shows how far a transfer is, in bytes: as a bar on a terminal, as a line for each tenth in a log.
 * begin: where the transfer stood when this phase began.  total: 0 where it is not known.
 */
void progress_transfer(struct progress *p, uint64_t begin, uint64_t now, uint64_t total);
/* Shows a line of text on a terminal, until another comes.  It may be called at any rate. */
void progress_status(struct progress *p, const char *text);
/* Shows a line of text that stays. */
void progress_note(struct progress *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Ends the last phase and clears the live line. */
void progress_end(struct progress *p);

#endif
