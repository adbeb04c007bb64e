/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells from a kernel's serial console how the machine is: pure and
 * incremental.  Feed bytes as they come, in any pieces, and look at the state.
 * Which of it is an end is the caller's to decide: two boots are a reboot
 * loop only where one was wanted.
 */
#ifndef EXITMETER_CONSOLE_H
#define EXITMETER_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSOLE_TAIL_LINES 40
#define CONSOLE_LINE_BYTES 400		/* of a line that is kept */
#define CONSOLE_WINDOW_BYTES 1024	/* of a line that is looked at, at a time */
#define CONSOLE_FLOOD_LINE (64u << 10)
#define CONSOLE_FLOOD_TOTAL (16u << 20)

enum console_trouble {
	CONSOLE_FINE,
	CONSOLE_OOPS,
	CONSOLE_PANIC,
};

/* Plain data: no destructor. */
struct console {
	enum console_trouble trouble;
	char trouble_line[CONSOLE_LINE_BYTES + 1];	/* the line that told it */
	bool is_flooded;
	bool has_lockup;		/* soft lockup, hung task or RCU stall: a note, no end */
	bool has_cloud_init;		/* cloud-init has run */
	bool has_cloud_init_finished;
	bool is_powered_down;		/* the kernel's last words before power off */
	bool is_restarting;
	unsigned int boots;		/* kernels that started */
	uint64_t bytes, lines;

	/* The last lines; read them with console_tail(). */
	char tail[CONSOLE_TAIL_LINES][CONSOLE_LINE_BYTES + 1];
	unsigned int tail_next, tail_count;

	/* The line in progress, escapes gone: a window that slides over a long one. */
	char line[CONSOLE_WINDOW_BYTES + 1];
	size_t line_shown, line_bytes;
	bool has_slid;
	unsigned int escape;
	bool has_carriage_return;
};

void console_init(struct console *c);
void console_feed(struct console *c, const void *data, size_t len);
/* Takes an unfinished last line as a line. */
void console_finish(struct console *c);

/* The index-th of the last lines, oldest first; NULL behind the last. */
const char *console_tail(const struct console *c, unsigned int index);
const char *console_trouble_name(enum console_trouble trouble);

#endif
