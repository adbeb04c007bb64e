/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest whose console the user has, in place of a verdict.  Its serial port, or that of the L1 host which carries it,
 * ends in a socket, or in a terminal of its own.  From the first byte of the guest on the user's terminal is raw, and
 * what the guest writes comes to it as it is: the user has asked for a console.
 */
#ifndef EXITMETER_SHELL_H
#define EXITMETER_SHELL_H

#include "base/relay.h"
#include "base/terminal.h"
#include "run/config.h"
#include "run/progress.h"
#include "run/scratch.h"

struct shell {
	struct terminal terminal;
	struct relay relay;
	int slave;		/* the emulator's end of a terminal; 0: it is a socket */
	bool is_open, is_begun;
	bool is_left;		/* the user has ended it */
};

/* Where the socket is; the caller frees it.  Pure. */
char *shell_socket(const struct scratch *s);
/* Connects to the socket, which somebody listens at.  STATUS_LOST: nobody does. */
int shell_connect(struct shell *s, const char *socket, struct error *err);
/*
 * Makes a terminal for an emulator that takes no socket, which gets the link `path` to it.  STATUS_USAGE: this
 * machine has none.
 */
int shell_open_terminal(struct shell *s, const char *path, struct error *err);
/* Tells the user how to go on and how to leave, and hands the terminal over. */
int shell_begin(struct shell *s, const struct config *c, struct progress *p, struct error *err);
/*
 * Carries what is typed and shown for some time, or until there is something to look at.  -1 where the terminal is
 * gone, with the status of SIGHUP.
 */
int shell_carry(struct shell *s, int ms, struct error *err);
/* Shows what has come, and puts the terminal back.  Does nothing where it has not begun. */
void shell_finish(struct shell *s);
/* The same, and lets go of the console. */
void shell_close(struct shell *s);

#endif
