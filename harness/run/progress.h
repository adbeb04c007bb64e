/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Progress of a run, by phase, and how long each phase took.  Three ways to
 * show it: a terminal gets one live line, a log gets a plain line a phase,
 * and a run inside an L1 host writes protocol lines that L0 reads:
 *
 *     phase NAME | beat | note TEXT
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
	unsigned int transfer_tenths;	/* of the transfer under way, last shown */
};

void progress_init(struct progress *p, FILE *out, bool protocol);
/* Ends the phase under way and begins another. */
void progress_begin(struct progress *p, const char *phase);
/*
 * For the tests of signals and faults.  A phase may last a millisecond, so that
 * no test could hit it but by luck: where the variable EXITMETER_PAUSE_AT names
 * this phase, the program says so and stops itself, as SIGSTOP does, until the
 * test has done its worst and sends SIGCONT.
 * progress_begin() does it; to be called for what is no phase to be shown.
 */
void progress_hold(struct progress *p, const char *phase);
/* Shows that something is alive; call it as often as you like. */
void progress_tick(struct progress *p);
/*
 * How far a transfer is, in bytes: a bar on a terminal, a line for each tenth
 * in a log.  begin: where it started in this phase; total: 0 where unknown.
 */
void progress_transfer(struct progress *p, uint64_t begin, uint64_t now, uint64_t total);
/* A line that stays. */
void progress_note(struct progress *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Ends the last phase and clears the live line. */
void progress_end(struct progress *p);

#endif
