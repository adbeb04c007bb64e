// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_watch.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/follow.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "host/console_trace.h"
#include "run/protocol.h"

#define POLL_US 50000
#define LAST_WORDS_MS 1500
#define BOOT_S 180		/* from power on to the first line of the harness inside */
#define WAKE_S 60		/* the same of a host that is restored */
#define SILENCE_S 90		/* the harness inside says something every 2 s, but an emulator may stall */
/*
 * How much CPU time a machine may have had since the harness inside last said something.  Where its
 * CPUs execute for so long, and a thread that wants to say a word every 2 s has not run, its kernel hangs.
 */
#define BUSY_S 30
#define IDLE_PART 10		/* a machine that executes for less than this part of a time stands still */
#define STARVED_TIMES 10	/* how much longer a machine that gets few CPU time is waited for at most */
/*
 * How long after a lockup that its kernel tells of the harness inside may still be silent, because an
 * emulator has only stalled.
 */
#define LOCKUP_S 5
#define PORT_FLOOD (16u << 20)

struct host_state {
	struct follow console, port;
	char line[512];
	size_t len;
	int64_t start_ms, line_ms, nudge_ms;
	int64_t line_cpu_ms;	/* the machine's CPU time when the last line came */
	unsigned int lockups;	/* of which the console had told before lockup_ms */
	int64_t lockup_ms;
};

/* Masks what is not printable, for the text comes from a machine that runs a stranger's kernel. */
static void make_harmless(char *s)
{
	for (; *s; s++)
		if (!isprint((unsigned char)*s))
			*s = '?';
}

/* The guest that is a shell runs from its phase to the next one. */
static void take_phase(struct host_watch *w, const char *phase)
{
	w->is_guest_up = w->shell && !strcmp(phase, PROTOCOL_SHELL);
	if (w->is_guest_up)
		return;
	if (w->shell)
		shell_finish(w->shell);
	/* Those of a host that is prepared belong to no run. */
	if (!w->is_prepared)
		progress_begin(w->progress, phase);
}

static void take_line(struct host_watch *w, char *line)
{
	struct protocol_line l;

	make_harmless(line);
	protocol_parse(line, &l);
	switch (l.kind) {
	case PROTOCOL_IS_PHASE:
		take_phase(w, l.text);
		break;
	case PROTOCOL_IS_NOTE:
		progress_note(w->progress, "  L1: %s", l.text);
		break;
	case PROTOCOL_IS_ERROR:
		w->error_status = l.status;
		text_fit(w->error_text, sizeof(w->error_text), "%s", l.text);
		break;
	case PROTOCOL_IS_READY:
		w->is_ready = w->is_prepared;
		break;
	case PROTOCOL_IS_END:
		w->inner_status = l.status;
		break;
	case PROTOCOL_IS_UNKNOWN:
		break;
	}
}

/* -1: not known. */
static int64_t cpu_ms(const struct host_watch *w)
{
	return w->machine->kind->cpu_ms ? w->machine->kind->cpu_ms(w->machine) : -1;
}

static void take_bytes(struct host_watch *w, struct host_state *s, const char *buf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (buf[i] == '\r')
			continue;
		if (buf[i] != '\n') {
			if (s->len < sizeof(s->line) - 1)
				s->line[s->len++] = buf[i];
			continue;
		}
		s->line[s->len] = '\0';
		take_line(w, s->line);
		s->len = 0;
		s->line_ms = now_ms();
		s->line_cpu_ms = cpu_ms(w);
	}
}

static void read_ports(struct host_watch *w, struct host_state *s)
{
	char buf[8192];
	size_t n;

	while ((n = follow_read(&s->console, buf, sizeof(buf))) > 0 && !w->console.is_flooded)
		console_feed(&w->console, buf, n);
	while (s->port.bytes < PORT_FLOOD && (n = follow_read(&s->port, buf, sizeof(buf))) > 0)
		take_bytes(w, s, buf, n);
	progress_tick(w->progress);
}

static int lost(const struct host_watch *w, struct error *err)
{
	return error_set(err, STATUS_LOST, "the L1 host is lost: %s: %s",
			 console_trouble_name(w->console.trouble), w->console.trouble_line);
}

static void hear_last_words(struct host_watch *w, struct host_state *s)
{
	int64_t until = now_ms() + LAST_WORDS_MS * w->machine->kind->patience;

	while (now_ms() < until && !interrupt_pending() && machine_poll(w->machine) == MACHINE_RUNNING) {
		usleep(POLL_US);
		read_ports(w, s);
	}
}

bool host_is_overdue(int64_t past_ms, int64_t cpu_ms, long limit_s)
{
	int64_t limit = limit_s * 1000;

	if (past_ms <= limit)
		return false;
	if (cpu_ms < 0 || past_ms > limit * STARVED_TIMES)
		return true;
	return cpu_ms > limit || cpu_ms * IDLE_PART < past_ms;
}

static bool is_overdue(const struct host_watch *w, int64_t since_ms, int64_t since_cpu_ms, long limit_s)
{
	int64_t now = cpu_ms(w);

	return host_is_overdue(now_ms() - since_ms, now < 0 || since_cpu_ms < 0 ? -1 : now - since_cpu_ms,
			       limit_s);
}

/* Whether the machine executes, and nothing that the harness inside wants to do is done. */
static bool is_busy_and_silent(const struct host_watch *w, const struct host_state *s)
{
	long limit = BUSY_S * w->machine->kind->patience * w->config->patience;
	int64_t now = cpu_ms(w);

	return s->line_ms && now >= 0 && s->line_cpu_ms >= 0 && now - s->line_cpu_ms > limit * 1000;
}

/* A host that is given up tells where its CPU is, if its machine has a way to ask. */
static void ask_where(struct host_watch *w, struct host_state *s)
{
	w->is_seized = true;
	if (!w->machine->kind->ask_where)
		return;
	w->machine->kind->ask_where(w->machine);
	hear_last_words(w, s);
}

static int check_time(struct host_watch *w, struct host_state *s, struct error *err)
{
	const struct config *c = w->config;
	long patience = w->machine->kind->patience * c->patience * (w->pace ? w->pace : 1);
	long boot = (w->is_restored ? WAKE_S : BOOT_S) * patience, silence = SILENCE_S * patience;
	long lives = c->scenario == SCENARIO_REBOOT ? 2 : 1;
	long run = 120 + patience * lives * (c->timeout_start + c->timeout_early + c->timeout_boot +
					     c->timeout_shutdown);
	long whole = boot + run;
	int64_t now = now_ms();

	if (!s->line_ms && is_overdue(w, s->start_ms, 0, boot)) {
		w->is_seized = true;
		return error_set(err, STATUS_LOST,
				 "the L1 host is lost: its harness did not start within %ld s (on a slow machine "
				 "--patience 2 doubles all limits)", boot);
	}
	if (is_busy_and_silent(w, s)) {
		ask_where(w, s);
		return error_set(err, STATUS_LOST, "the L1 host is lost: it executes, and its harness does not come "
				 "to say a word");
	}
	if (s->line_ms && is_overdue(w, s->line_ms, s->line_cpu_ms, silence)) {
		ask_where(w, s);
		return error_set(err, STATUS_LOST, "the L1 host is lost: it gave no sign of life for %ld s",
				 silence);
	}
	if (!w->shell && now - s->start_ms > whole * 1000)
		return error_set(err, STATUS_TIMEOUT, "the L1 host took longer than %ld s", whole);
	return 0;
}

/* Whether the host's kernel hangs in KVM's modules: its watchdog says so, and it does nothing else. */
static bool is_hung(struct host_watch *w, struct host_state *s)
{
	struct kernel_trace ignored;
	int64_t now = now_ms();

	if (w->console.lockups != s->lockups) {
		s->lockups = w->console.lockups;
		s->lockup_ms = now;
	}
	if (!s->line_ms || s->lockup_ms < s->line_ms ||
	    now - s->lockup_ms <= LOCKUP_S * 1000 * w->machine->kind->patience)
		return false;
	s->lockup_ms = 0;	/* it is looked up once for each lockup */
	return console_trace_find(w->console_path, 1u << TRACE_HANG, &ignored);
}

static void nudge_silent(struct host_watch *w, struct host_state *s)
{
	int64_t now = now_ms();

	if (!w->machine->kind->nudge || !s->line_ms ||
	    now - (s->nudge_ms > s->line_ms ? s->nudge_ms : s->line_ms) < HOST_NUDGE_S * 1000)
		return;
	w->machine->kind->nudge(w->machine);
	s->nudge_ms = now;
	w->nudges++;
}

static int ended_early(const struct host_watch *w, enum machine_state state, struct error *err)
{
	return error_set(err, STATUS_LOST, "the L1 host is lost: %s", state == MACHINE_DIED ?
			 w->machine->end : "it went off before its harness had ended");
}

/* Until there may be something new: the user of a shell waits for no other look. */
static int wait_a_little(struct host_watch *w, struct error *err)
{
	if (!w->is_guest_up) {
		usleep(POLL_US);
		return 0;
	}
	if (shell_begin(w->shell, w->config, w->progress, err) < 0)
		return -1;
	return shell_carry(w->shell, POLL_US / 1000, err);
}

static int watch(struct host_watch *w, struct host_state *s, struct error *err)
{
	for (;;) {
		enum machine_state state = machine_poll(w->machine);

		if (interrupt_check(err) < 0)
			return -1;
		read_ports(w, s);
		if (w->inner_status >= 0 || w->is_ready)
			return 0;	/* the results are on their disk, so it need not go off by itself */
		if (w->console.trouble != CONSOLE_FINE) {
			w->is_seized = true;
			hear_last_words(w, s);
			return lost(w, err);
		}
		if (w->console.is_flooded)
			return error_set(err, STATUS_LOST, "the L1 host floods its console");
		if (is_hung(w, s)) {
			w->is_seized = true;
			return error_set(err, STATUS_LOST, "the L1 host is lost: its kernel hangs");
		}
		if (state != MACHINE_RUNNING)
			return ended_early(w, state, err);
		if (check_time(w, s, err) < 0)
			return -1;
		nudge_silent(w, s);
		if (wait_a_little(w, err) < 0)
			return -1;
		if (w->shell && w->shell->is_left)
			return 0;
	}
}

int host_watch_run(struct host_watch *w, struct error *err)
{
	struct host_state s = {
		.console = follow_of(w->console_path),
		.port = follow_of(w->progress_path),
		.start_ms = now_ms(),
	};
	int rc;

	w->inner_status = w->error_status = -1;
	w->is_seized = w->is_ready = w->is_guest_up = false;
	w->nudges = 0;
	w->error_text[0] = '\0';
	console_init(&w->console);
	rc = watch(w, &s, err);
	if (w->shell)
		shell_finish(w->shell);
	console_finish(&w->console);
	follow_close(&s.console);
	follow_close(&s.port);
	return rc;
}
