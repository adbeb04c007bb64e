/* SPDX-License-Identifier: GPL-2.0-only */
/* Carries bytes between a user's terminal and a console, both ways, as they are. */
#ifndef EXITMETER_RELAY_H
#define EXITMETER_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#define RELAY_KEY 0x1d		/* Ctrl-], as in telnet and virsh: it ends the relay, and is not carried */
#define RELAY_SHOWN 512		/* so few bytes that a terminal that takes any takes these at once */
/* How much a console that takes nothing may be behind; then what is typed is lost, but for the key. */
#define RELAY_TYPED 65536

enum relay_state {
	RELAY_GOES_ON,
	RELAY_LEFT,		/* the user has typed RELAY_KEY */
	RELAY_HUNG_UP,		/* the user's terminal is gone */
	RELAY_CLOSED,		/* the console is gone; all that came from it was carried */
};

struct relay {
	int in, out;		/* the terminal: what is typed, and what is shown */
	int console;		/* does not block */
	/* What was read and not yet written. */
	char shown[RELAY_SHOWN], typed[RELAY_TYPED];
	size_t shown_len, typed_len;
	bool is_left;		/* RELAY_KEY has come, behind what is in `typed` */
};

/* Carries bytes for so many milliseconds, or until a signal or an end comes. */
enum relay_state relay_run(struct relay *r, int ms);

#endif
