// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/console.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define WINDOW_OVERLAP 200	/* room for a mark and the words around it that matter */

/* How far an ANSI escape sequence has been read. */
enum { ESC_NONE, ESC_START, ESC_CSI, ESC_STRING, ESC_CHARSET };

enum mark {
	MARK_PANIC, MARK_OOPS, MARK_LOCKUP, MARK_BOOT, MARK_CLOUD_INIT, MARK_CLOUD_DONE,
	MARK_POWER_DOWN, MARK_RESTART, MARK_UP, MARK_CLOUD_DISABLED, MARK_STUCK,
};

#define EMERGENCY "systemd is in emergency mode"
#define INITRAMFS "the initramfs has found no root file system and gives a shell"
#define GRUB "GRUB does not find what to boot, and gives a prompt"
#define FSCK "fsck has found errors that somebody must decide on"
#define RESCUE "systemd is in rescue mode"
#define LOCKED "its disk is encrypted, and it asks for a passphrase"
#define FIRMWARE "the firmware finds nothing to boot"

/*
 * What the kernel and cloud-init say, and what says that a guest waits for somebody.  An anchored
 * text counts only where a message begins, because programs print such words too: `traps: cat[7]
 * general protection fault` tells that a program died.
 */
static const struct {
	const char *text;
	bool is_anchored;
	enum mark mark;
	const char *stuck;	/* of MARK_STUCK: in what */
} marks[] = {
	{ "Kernel panic - not syncing", false, MARK_PANIC, NULL },
	{ "BUG: unable to handle", false, MARK_OOPS, NULL },
	{ "BUG: kernel NULL pointer dereference", false, MARK_OOPS, NULL },
	{ "kernel BUG at", false, MARK_OOPS, NULL },
	{ "Oops:", true, MARK_OOPS, NULL },
	{ "general protection fault", true, MARK_OOPS, NULL },
	{ "double fault:", true, MARK_OOPS, NULL },
	{ "invalid opcode:", true, MARK_OOPS, NULL },
	{ "divide error:", true, MARK_OOPS, NULL },
	{ "stack segment:", true, MARK_OOPS, NULL },
	{ "BUG: soft lockup", false, MARK_LOCKUP, NULL },
	{ "blocked for more than", false, MARK_LOCKUP, NULL },
	{ "detected stalls on CPUs", false, MARK_LOCKUP, NULL },
	{ "self-detected stall on CPU", false, MARK_LOCKUP, NULL },
	{ "Linux version ", true, MARK_BOOT, NULL },
	{ "Cloud-init v. ", false, MARK_CLOUD_INIT, NULL },
	{ "reboot: Power down", false, MARK_POWER_DOWN, NULL },
	{ "reboot: Restarting system", false, MARK_RESTART, NULL },
	{ "Reached target multi-user.target", false, MARK_UP, NULL },
	{ "Reached target Multi-User System", false, MARK_UP, NULL },
	{ " cloud-init=disabled", false, MARK_CLOUD_DISABLED, NULL },
	{ "You are in emergency mode.", true, MARK_STUCK, EMERGENCY },
	{ "You are in rescue mode.", true, MARK_STUCK, RESCUE },
	{ "Give root password for maintenance", true, MARK_STUCK, EMERGENCY },
	{ "Press Enter for maintenance", true, MARK_STUCK, EMERGENCY },
	{ "Entering emergency mode. Exit the shell to continue.", true, MARK_STUCK, INITRAMFS },
	{ "(initramfs)", true, MARK_STUCK, INITRAMFS },
	{ "dracut:/#", true, MARK_STUCK, INITRAMFS },
	{ "Entering rescue mode...", true, MARK_STUCK, GRUB },
	{ "grub rescue>", true, MARK_STUCK, GRUB },
	{ "grub>", true, MARK_STUCK, GRUB },
	{ "Failed to boot both default and fallback entries.", false, MARK_STUCK, GRUB },
	/* GRUB's words and those of Debian's initramfs.  systemd may go on without the disk that it asks about. */
	{ "Enter passphrase for hd", true, MARK_STUCK, LOCKED },
	{ "Please unlock disk ", true, MARK_STUCK, LOCKED },
	{ "UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY", false, MARK_STUCK, FSCK },
	{ "No bootable device.", true, MARK_STUCK, FIRMWARE },
	{ "BdsDxe: No bootable option or device was found", true, MARK_STUCK, FIRMWARE },
	{ "Shell>", true, MARK_STUCK, FIRMWARE },
};

void console_init(struct console *c)
{
	memset(c, 0, sizeof(*c));
}

const char *console_trouble_name(enum console_trouble trouble)
{
	static const char *const names[] = { "fine", "oops", "panic" };

	return names[trouble];
}

/* Whether a time stamp `[ 1.5] ` or the mark of a thread `[ T7] ` ends at `end`. */
static bool ends_stamp(const char *line, const char *end)
{
	const char *open = end;
	bool is_stamp = false;

	if (end - line < 4 || end[-1] != ' ' || end[-2] != ']')
		return false;
	for (open = end - 3; open > line && *open != '['; open--) {
		is_stamp |= *open == '.' || *open == 'T' || *open == 'C';
		if (!isdigit((unsigned char)*open) && !strchr(". TC", *open))
			return false;
	}
	return *open == '[' && is_stamp;
}

static bool starts_message(const struct console *c, const char *at)
{
	if (at == c->line)
		return !c->has_slid;
	return ends_stamp(c->line, at);
}

/* A panic outranks the oops that led to it. */
static void note_trouble(struct console *c, enum console_trouble trouble)
{
	if (trouble <= c->trouble)
		return;
	c->trouble = trouble;
	text_fit(c->trouble_line, sizeof(c->trouble_line), "%s", c->line);
}

static void note(struct console *c, size_t index, const char *at)
{
	switch (marks[index].mark) {
	case MARK_PANIC:
		note_trouble(c, CONSOLE_PANIC);
		break;
	case MARK_OOPS:
		note_trouble(c, CONSOLE_OOPS);
		break;
	case MARK_LOCKUP:
		c->has_lockup = true;
		c->lockups++;
		break;
	case MARK_BOOT:
		c->boots++;
		break;
	case MARK_CLOUD_INIT:
		c->has_cloud_init = true;
		c->has_cloud_init_finished |= strstr(at, " finished at ") != NULL;
		break;
	case MARK_POWER_DOWN:
		c->is_powered_down = true;
		break;
	case MARK_UP:
		c->is_up = true;
		break;
	case MARK_CLOUD_DISABLED:
		c->is_cloud_init_disabled = true;
		break;
	case MARK_STUCK:
		c->stuck = c->stuck ? c->stuck : marks[index].stuck;
		break;
	default:
		c->is_restarting = true;
	}
}

/* Where in the window a mark is; NULL: nowhere. */
static const char *find(const struct console *c, size_t index)
{
	const char *at = strstr(c->line, marks[index].text);

	while (at && marks[index].is_anchored && !starts_message(c, at))
		at = strstr(at + 1, marks[index].text);
	return at;
}

/* A second start of a kernel, or of what comes before it, begins a boot of its own. */
static void note_boot_mark(struct console *c)
{
	enum boot_mark mark;

	if (!boot_mark_of_line(c->line, &mark))
		return;
	if (mark <= BOOT_KERNEL && c->marks_seen >= 1u << (BOOT_KERNEL + 1))
		c->marks_seen = 0;
	if (c->marks_seen & 1u << mark || c->mark_count == CONSOLE_MARKS_MAX)
		return;
	c->marks_seen |= 1u << mark;
	c->mark[c->mark_count++] = mark;
}

/* Looks for marks that begin before the limit.  The next window begins with the rest. */
static void classify(struct console *c, size_t limit)
{
	c->line[c->line_shown] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *at = find(c, i);

		if (at && (size_t)(at - c->line) < limit)
			note(c, i, at);
	}
	if (!c->has_slid)
		note_boot_mark(c);
}

const char *console_prompt(struct console *c)
{
	static const char login[] = " login: ";

	c->line[c->line_shown] = '\0';
	if (c->line_shown > strlen(login) && !strcmp(c->line + c->line_shown - strlen(login), login))
		c->is_up = true;
	if (c->is_up)
		note_boot_mark(c);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (marks[i].mark == MARK_STUCK && find(c, i))
			return marks[i].stuck;
	return c->stuck;
}

static void push_tail(struct console *c)
{
	text_fit(c->tail[c->tail_next], sizeof(c->tail[0]), "%s", c->line);
	c->tail_next = (c->tail_next + 1) % CONSOLE_TAIL_LINES;
	if (c->tail_count < CONSOLE_TAIL_LINES)
		c->tail_count++;
}

/*
 * A long line of a program must not hide the panic that the kernel prints behind it.  So the window
 * is looked at when it is full, and its end is kept, since a mark may begin in it.
 */
static void slide(struct console *c)
{
	size_t done = c->line_shown - WINDOW_OVERLAP;

	classify(c, done);
	if (!c->has_slid)
		push_tail(c);
	memmove(c->line, c->line + done, WINDOW_OVERLAP);
	c->line_shown = WINDOW_OVERLAP;
	c->has_slid = true;
}

static void end_line(struct console *c)
{
	c->lines++;
	if (c->line_shown > 0) {
		classify(c, c->line_shown);
		if (!c->has_slid)
			push_tail(c);
	}
	c->line_shown = 0;
	c->line_bytes = 0;
	c->has_slid = false;
	c->escape = ESC_NONE;
}

/* Skips escape sequences; true: the byte belonged to one. */
static bool take_escape(struct console *c, unsigned char byte)
{
	switch (c->escape) {
	case ESC_NONE:
		if (byte == 0x1b)
			c->escape = ESC_START;
		return byte == 0x1b;
	case ESC_START:
		if (byte == '[')
			c->escape = ESC_CSI;
		else if (byte == ']' || byte == 'P' || byte == '^' || byte == '_' || byte == 'X')
			c->escape = ESC_STRING;
		else if (byte >= 0x20 && byte < 0x30)
			c->escape = ESC_CHARSET;
		else
			c->escape = ESC_NONE;
		return true;
	case ESC_CSI:
		if (byte >= 0x40 && byte < 0x7f)
			c->escape = ESC_NONE;
		return true;
	case ESC_STRING:
		/* A string that is never closed ends with its line at the latest. */
		if (byte == 0x07)
			c->escape = ESC_NONE;
		else if (byte == 0x1b)
			c->escape = ESC_START;
		return true;
	default:
		c->escape = ESC_NONE;
		return true;
	}
}

static void take_byte(struct console *c, unsigned char byte)
{
	if (++c->line_bytes > CONSOLE_FLOOD_LINE)
		c->is_flooded = true;
	if (take_escape(c, byte))
		return;
	if (byte == '\t')
		byte = ' ';
	/* Control and 8-bit bytes could still control a terminal. */
	if (byte < 0x20 || byte > 0x7e)
		byte = '.';
	c->line[c->line_shown++] = (char)byte;
	if (c->line_shown == CONSOLE_WINDOW_BYTES)
		slide(c);
}

void console_feed(struct console *c, const void *data, size_t len)
{
	const unsigned char *p = data;

	c->bytes += len;
	if (c->bytes > CONSOLE_FLOOD_TOTAL)
		c->is_flooded = true;
	for (; len > 0; p++, len--) {
		if (*p == '\r') {
			c->has_carriage_return = true;
			continue;
		}
		/*
		 * After a carriage return alone, a terminal writes over the line: it counts as
		 * ended.
		 */
		if (*p == '\n' || c->has_carriage_return)
			end_line(c);
		c->has_carriage_return = false;
		if (*p != '\n')
			take_byte(c, *p);
	}
}

void console_finish(struct console *c)
{
	if (c->line_bytes > 0)
		end_line(c);
	c->has_carriage_return = false;
}

const char *console_tail(const struct console *c, unsigned int index)
{
	if (index >= c->tail_count)
		return NULL;
	return c->tail[(c->tail_next + CONSOLE_TAIL_LINES - c->tail_count + index) %
		       CONSOLE_TAIL_LINES];
}
