/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an L1 host and its L0 agree on: the lines on the L1's second serial port, and the results disk.
 *
 * The program inside the L1 writes a line for each phase, note and error (progress.h), and a beat at
 * least every two seconds.  The L1's init, images/host-init, writes the lines that begin with
 * "exitmeter-host:"; it gets their formats, which printf(1) takes as printf(3) does, and the names
 * below from `exitmeter protocol`.
 */
#ifndef EXITMETER_PROTOCOL_H
#define EXITMETER_PROTOCOL_H

#include <stdbool.h>

/* The text of these follows them, and ends with the line. */
#define PROTOCOL_PHASE "phase "
#define PROTOCOL_NOTE "note "
#define PROTOCOL_ERROR "error %d "	/* the exit status; the text is the message */
#define PROTOCOL_BEAT "beat"

/* The phase in which a guest that is a shell runs; its console is the L1's third serial port until the next phase. */
#define PROTOCOL_SHELL "shell"
#define PROTOCOL_SHELL_PORT "/dev/ttyS2"

#define PROTOCOL_INIT "exitmeter-host: "
/*
 * The last line of an L1 that has run nothing of a run yet, is prepared, and waits for a payload.  It
 * may be saved now.
 */
#define PROTOCOL_READY PROTOCOL_INIT "ready"
/* The last line: all results are on their disk. */
#define PROTOCOL_END PROTOCOL_INIT "status %d"

/*
 * The file with libvirt's capabilities: on the payload, and on the results disk of an L1 that was
 * prepared.
 */
#define PROTOCOL_CAPS "libvirt-cache.tar"
/* On the payload: random bytes, for an L1 that was restored would have those of its save. */
#define PROTOCOL_SEED "seed"
/* The label of a payload that holds nothing of a run, and the file on it that tells so to the init. */
#define PROTOCOL_CLEAN "clean-host"

enum protocol_kind {
	PROTOCOL_IS_UNKNOWN,	/* also a beat, which says no more than that a line came */
	PROTOCOL_IS_PHASE,
	PROTOCOL_IS_NOTE,
	PROTOCOL_IS_ERROR,
	PROTOCOL_IS_READY,
	PROTOCOL_IS_END,
};

struct protocol_line {
	enum protocol_kind kind;
	char text[512];		/* the phase, the note, the error's message */
	int status;		/* of an error, of the end */
};

/* Takes a line without its newline.  What does not have one of the formats is unknown. */
void protocol_parse(const char *line, struct protocol_line *ret);

#endif
