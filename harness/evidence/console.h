/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells from a kernel's serial console how the machine is.  Feed it the bytes as they come, in
 * pieces of any size, and look at the state.  The caller decides what is the end of a run: two
 * boots, say, are a reboot loop only if one was wanted.
 */
#ifndef EXITMETER_CONSOLE_H
#define EXITMETER_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence/boot_mark.h"

#define CONSOLE_TAIL_LINES 40
#define CONSOLE_LINE_BYTES 400		/* how much of a line is kept */
#define CONSOLE_WINDOW_BYTES 1024	/* how much of a line is looked at at a time */
#define CONSOLE_MARKS_MAX 48
#define CONSOLE_FLOOD_LINE (64u << 10)
#define CONSOLE_FLOOD_TOTAL (16u << 20)

enum console_trouble {
	CONSOLE_FINE,
	CONSOLE_OOPS,
	CONSOLE_PANIC,
};

/* Plain data: there is nothing to free. */
struct console {
	enum console_trouble trouble;
	char trouble_line[CONSOLE_LINE_BYTES + 1];	/* the line that told of the trouble */
	bool is_flooded;
	bool has_lockup;		/* the kernel told of a lockup, a hung task or a stall */
	unsigned int lockups;		/* how often */
	bool has_cloud_init;		/* cloud-init has run */
	bool has_cloud_init_finished;
	bool is_up;			/* systemd has reached multi-user, or somebody may log in */
	bool is_cloud_init_disabled;	/* by the kernel's command line */
	const char *stuck;		/* in what the guest waits for somebody, in static words; NULL: in nothing */
	bool is_powered_down;		/* the kernel has said that it powers off */
	bool is_restarting;
	unsigned int boots;		/* how many kernels have started */
	uint64_t bytes, lines;
	/* What its lines show of the boot, each once from a kernel's start to the next. */
	enum boot_mark mark[CONSOLE_MARKS_MAX];
	unsigned int mark_count;
	uint32_t marks_seen;		/* a bit for each since the kernel started */

	/* The last lines.  console_tail() reads them. */
	char tail[CONSOLE_TAIL_LINES][CONSOLE_LINE_BYTES + 1];
	unsigned int tail_next, tail_count;

	/* The current line without escape sequences: a window that slides over a long line. */
	char line[CONSOLE_WINDOW_BYTES + 1];
	size_t line_shown, line_bytes;
	bool has_slid;
	unsigned int escape;
	bool has_carriage_return;
};

void console_init(struct console *c);
void console_feed(struct console *c, const void *data, size_t len);
/*
 * Looks at the line that has not ended, for a prompt never does.  Returns in what the guest waits for
 * somebody, in static words, or NULL; a login prompt sets is_up.
 */
const char *console_prompt(struct console *c);
/* Tells that the input has ended: an unfinished last line counts as a line. */
void console_finish(struct console *c);

/* The index-th of the last lines, the oldest first; NULL: there are no more. */
const char *console_tail(const struct console *c, unsigned int index);
const char *console_trouble_name(enum console_trouble trouble);

#endif
