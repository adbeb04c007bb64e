/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user's terminal, handed to somebody else's console: each key comes as the byte that it is, Ctrl-C too, and
 * nothing is made of what is written.
 */
#ifndef EXITMETER_TERMINAL_H
#define EXITMETER_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

#include "base/guardian.h"

struct terminal {
	int fd;
	bool is_raw;
	struct termios before;
	struct guardian guardian;
};

/*
 * A guardian puts the terminal back if we are killed.  -1 with STATUS_USAGE, and the terminal as it was: fd is
 * none, or there is no guardian to be had.
 */
int terminal_make_raw(int fd, struct terminal *ret, struct error *err);
/* Does nothing where it is not raw, as in a zeroed struct. */
void terminal_put_back(struct terminal *t);

/* Returns the settings as stty(1) takes them, and prints them with -g; the caller frees it. */
char *terminal_settings(const struct termios *t);

#endif
