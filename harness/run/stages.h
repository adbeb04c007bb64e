/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done in order and undone in reverse, as a list that reads from top to bottom.
 *
 * The stages begin one after the other.  When the last one has begun, or when one has failed, the
 * stages that began end in reverse order.  So whatever stops a run, each stage finds at its end
 * what it found at its begin.
 */
#ifndef EXITMETER_STAGES_H
#define EXITMETER_STAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "run/progress.h"

/*
 * Every function gets the `context` of stages_run(), and may be NULL.  begin, keep and end return
 * 0, or -1 with an error.
 */
struct stage {
	/*
	 * The stage's name stands in one of these two.  The progress shows and times a phase, which
	 * does not begin once a signal has asked the program to stop.  A quiet stage is not shown,
	 * its time belongs to the phase before it, and a signal does not keep it from beginning.
	 */
	const char *phase, *quiet;
	/* Tells whether this run has the stage at all.  Asked when the stage's turn comes. */
	bool (*when)(const void *context);
	/* A begin that fails has put away what it made: the stage's own end is not called then. */
	int (*begin)(void *context, struct error *err);
	/* The phase that is shown from the first of keep and end on; NULL: none. */
	const char *end_phase;
	/*
	 * Keeps what was measured.  Called only where nothing has failed so far, just before the
	 * end.
	 */
	int (*keep)(void *context, struct error *err);
	/* Undoes what begin did.  Called whatever has failed since. */
	int (*end)(void *context, struct error *err);
};

/*
 * 0 if nothing failed.  Otherwise -1 with the first error, and before it that of each end which
 * failed after it: "LATER; and before: FIRST".  The status is that of the first.
 */
int stages_run(const struct stage *stages, size_t count, struct progress *p, void *context,
	       struct error *err);

#endif
