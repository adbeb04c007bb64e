// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/kernel_trace.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "evidence/scan.h"

#define LINE_BYTES 400		/* how much of a line is looked at */

/* How the kernel begins to tell of a trouble (Linux 5.10 to 7.2). */
static const struct {
	const char *text;
	enum trace_kind kind;
} headers[] = {
	{ "BUG: kernel NULL pointer dereference", TRACE_CRASH },
	{ "BUG: unable to handle", TRACE_CRASH },
	{ "BUG: stack guard page was hit", TRACE_CRASH },
	{ "kernel BUG at", TRACE_CRASH },
	{ "general protection fault", TRACE_CRASH },
	{ "divide error:", TRACE_CRASH },
	{ "invalid opcode:", TRACE_CRASH },
	{ "double fault:", TRACE_CRASH },
	{ "stack segment:", TRACE_CRASH },
	{ "int3:", TRACE_CRASH },
	/* The answer to the NMI by which a host that hangs is asked where its CPU is (host/host_watch.c). */
	{ "Uhhuh. NMI received for unknown reason", TRACE_HANG },
	{ "Kernel panic - not syncing: NMI", TRACE_HANG },
	{ "Kernel panic - not syncing: softlockup", TRACE_HANG },
	{ "Kernel panic - not syncing", TRACE_CRASH },
	{ "BUG: soft lockup", TRACE_HANG },
	{ "self-detected stall on CPU", TRACE_HANG },
	{ "detected stalls on CPUs", TRACE_HANG },
	{ "blocked for more than", TRACE_HANG },
	{ "WARNING: ", TRACE_COMPLAINT },
	{ "BUG: sleeping function called from invalid context", TRACE_COMPLAINT },
	{ "BUG: scheduling while atomic", TRACE_COMPLAINT },
	{ "BUG: using ", TRACE_COMPLAINT },
	{ "BUG: KASAN", TRACE_COMPLAINT },
	{ "UBSAN:", TRACE_COMPLAINT },
	{ "possible circular locking dependency", TRACE_COMPLAINT },
	{ "possible recursive locking", TRACE_COMPLAINT },
	{ "inconsistent lock state", TRACE_COMPLAINT },
	{ "suspicious RCU usage", TRACE_COMPLAINT },
	{ "unchecked MSR access error", TRACE_COMPLAINT },
};

static const char *const modules[] = { "kvm", "kvm_amd", "kvm_intel" };

/* Copies the next line, masked, and moves behind it.  A longer line loses its end. */
static void take_line(struct scan *s, char line[LINE_BYTES])
{
	size_t len = 0;

	for (; s->at < s->end && *s->at != '\n'; s->at++)
		if (len + 1 < LINE_BYTES && *s->at != '\r')
			line[len++] = printable(*s->at);
	line[len] = '\0';
	if (s->at < s->end)
		s->at++;
}

/* Behind the time stamp "[   12.345678] " and the mark of a thread "[  T123] ". */
static const char *skip_stamps(const char *line)
{
	while (*line == '[') {
		const char *close = strchr(line, ']');

		if (!close || close[1] != ' ')
			break;
		line = close + 2;
	}
	return line;
}

static int find_header(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (strstr(line, headers[i].text))
			return (int)i;
	return -1;
}

static bool is_symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* "NAME+0xOFFSET/0xSIZE", which ends at `end`. */
static bool take_symbol(const char *line, const char *end, struct kernel_trace *t)
{
	const char *start = end, *plus = NULL;
	struct scan s;
	uint64_t offset, size;

	for (; start > line && (is_symbol_char(start[-1]) || start[-1] == '+' || start[-1] == '/'); start--)
		if (start[-1] == '+')
			plus = start - 1;
	if (!plus || plus == start || (size_t)(plus - start) >= sizeof(t->function) ||
	    (start - line >= 2 && !strncmp(start - 2, "? ", 2)))
		return false;	/* "? NAME" is what happened to lie on the stack */
	s = scan_over(plus, (size_t)(end - plus));
	if (!scan_all(&s, "+0x%q/0x%q", &offset, &size) || offset > UINT32_MAX)
		return false;
	snprintf(t->function, sizeof(t->function), "%.*s", (int)(plus - start), start);
	t->offset = (uint32_t)offset;
	return true;
}

/* A place in one of KVM's modules: "svm_handle_exit+0x1c/0x340 [kvm_amd]". */
static bool take_place(const char *line, struct kernel_trace *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		char mark[24];
		const char *at;

		snprintf(mark, sizeof(mark), " [%s]", modules[i]);
		at = strstr(line, mark);
		if (!at || !take_symbol(line, at, t))
			continue;
		snprintf(t->module, sizeof(t->module), "%s", modules[i]);
		t->is_own = strstr(line, "RIP: ") || t->kind == TRACE_COMPLAINT;
		return true;
	}
	return false;
}

/* Whether the line begins another report.  The first line of several that tell of one trouble stays. */
static bool begins(const char *line, struct kernel_trace *t, bool is_open)
{
	int header = find_header(line);

	if (header < 0 || (is_open && headers[header].kind == t->kind && t->kind == TRACE_CRASH))
		return false;
	memset(t, 0, sizeof(*t));
	t->kind = headers[header].kind;
	text_fit(t->what, sizeof(t->what), "%s", line);
	return true;
}

bool kernel_trace_find(const char *text, size_t len, unsigned int kinds, struct kernel_trace *ret,
		       unsigned int *ret_count)
{
	struct scan s = scan_over(text, len);
	struct kernel_trace now = { 0 };
	unsigned int count = 0;
	bool is_open = false;	/* a trouble was named, and where it was is not yet known */

	while (!scan_at_end(&s)) {
		char line[LINE_BYTES];

		take_line(&s, line);
		is_open |= begins(skip_stamps(line), &now, is_open);
		if (!is_open || !take_place(line, &now))
			continue;
		is_open = false;
		if (kinds & 1u << now.kind && !count++)
			*ret = now;
	}
	if (ret_count)
		*ret_count = count;
	return count > 0;
}

bool kernel_trace_is_certain(const struct kernel_trace *t)
{
	return t->kind == TRACE_CRASH && t->is_own &&
	       (strstr(t->what, "NULL pointer") || strstr(t->what, "divide error") ||
		strstr(t->what, "kernel BUG at"));
}
