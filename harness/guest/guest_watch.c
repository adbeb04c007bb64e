// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest_watch.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/follow.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "evidence/scenario.h"
#include "guest/guest_life.h"
#include "guest/guest_phase.h"

#define POLL_US 10000			/* a micro guest's points follow each other within 20 ms on a fast CPU */
/* One reboot is ordered, or may be an accident.  More than one is a loop. */
#define RESETS_MAX RESETS_PER_REBOOT
#define RECORDS_FLOOD (16u << 20)
#define LAST_WORDS_MS 1500		/* how long a dying kernel may go on printing */
#define NO_PROBE_MS 5000		/* how long after cloud-init the probe may still be heard */
#define HALTED_MS 3000			/* at power off libvirt may halt a guest for a moment */

struct watch_state {
	struct follow console, records;
	enum guest_phase phase;
	int64_t phase_ms;		/* when the phase began */
	int64_t byte_ms;		/* when the guest last said anything */
	bool is_reboot_wanted;		/* whether the scenario has the guest reboot once */
	int64_t no_probe_ms;		/* since when cloud-init is done without the probe; 0: it is not */
	int64_t halted_ms;		/* since when QEMU has halted the guest; 0: it has not */
	struct guest_life life;
	bool has_snapshot[EM_POINTS];
	bool has_mark[EM_POINTS];
	bool has_mail;			/* the mailbox has told something */
	unsigned int marks;		/* how many of the console's have been told */
};

static bool end(struct guest_watch *w, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool end(struct guest_watch *w, enum outcome outcome, const char *fmt, ...)
{
	va_list ap;

	w->outcome = outcome;
	va_start(ap, fmt);
	text_vfit(w->detail, sizeof(w->detail), fmt, ap);
	va_end(ap);
	return true;
}

static void read_ports(struct guest_watch *w, struct watch_state *s)
{
	char buf[16384];
	size_t n;

	while ((n = follow_read(&s->console, buf, sizeof(buf))) > 0) {
		console_feed(&w->console, buf, n);
		s->byte_ms = now_ms();
		if (w->console.is_flooded)
			break;
	}
	while ((n = follow_read(&s->records, buf, sizeof(buf))) > 0) {
		records_feed(&w->records, buf, n);
		s->byte_ms = now_ms();
		if (s->records.bytes > RECORDS_FLOOD)
			break;
	}
	while (w->mailbox && (n = mailbox_read(w->mailbox, buf, sizeof(buf))) > 0) {
		if (!s->has_mail)
			records_feed(&w->records, "\n", 1); /* as in mailbox_save() */
		s->has_mail = true;
		records_feed(&w->records, buf, n);
		s->byte_ms = now_ms();
	}
}

static bool has_point(const struct guest_watch *w, enum em_point point)
{
	return w->records.point[point].status == POINT_COMPLETE;
}

static enum guest_phase phase_of(const struct guest_watch *w, const struct watch_state *s)
{
	if (has_point(w, s->is_reboot_wanted ? EM_BOOT2 : EM_BOOT))
		return PHASE_SHUTDOWN;
	if (has_point(w, EM_EARLY2))
		return PHASE_BOOT2;
	if (has_point(w, EM_BOOT))
		return PHASE_REBOOT;
	if (has_point(w, EM_EARLY))
		return PHASE_BOOT;
	return s->console.bytes || s->records.bytes ? PHASE_EARLY : PHASE_START;
}

static void note_phase(struct guest_watch *w, struct watch_state *s)
{
	enum guest_phase phase = phase_of(w, s);

	if (phase != s->phase) {
		s->phase = phase;
		s->phase_ms = now_ms();
		progress_begin(w->progress, guest_phase_name(phase));
	}
	progress_tick(w->progress);
}

/*
 * A thread of libvirt's tells the resets of an ordered reboot.  In a host that stood still it was
 * seen to run only after the next boot had spoken, so it cannot be known how many resets came
 * before that.  A boot that was not ordered shows all the same, because its points come a second
 * time.
 */
static bool is_resetting(struct guest_watch *w, struct watch_state *s)
{
	if (s->is_reboot_wanted && w->resets && !has_point(w, EM_REBOOT))
		return end(w, OUTCOME_REBOOT_LOOP, "the guest reset before its order to reboot");
	if (w->resets <= RESETS_MAX)
		return false;
	return end(w, OUTCOME_REBOOT_LOOP, "the guest reset %u times before its end, and a reboot takes %u at most",
		   w->resets, RESETS_PER_REBOOT);
}

static bool is_in_trouble(struct guest_watch *w, struct watch_state *s)
{
	if (w->console.trouble == CONSOLE_PANIC)
		return end(w, OUTCOME_PANIC, "%s", w->console.trouble_line);
	if (w->console.trouble == CONSOLE_OOPS)
		return end(w, OUTCOME_OOPS, "%s", w->console.trouble_line);
	if (w->console.is_flooded)
		return end(w, OUTCOME_FLOOD, "the console got more than a guest has to say (%llu bytes)",
			   (unsigned long long)s->console.bytes);
	if (s->records.bytes > RECORDS_FLOOD)
		return end(w, OUTCOME_FLOOD, "the records port got %llu bytes",
			   (unsigned long long)s->records.bytes);
	return is_resetting(w, s);
}

/* Whether the guest is up, or cloud-init is done, so that the probe should have spoken. */
static bool is_past_probe(const struct guest_watch *w, const struct watch_state *s)
{
	const struct console *c = &w->console;

	if (s->phase != PHASE_EARLY || w->config->guest != GUEST_CLOUD)
		return false;
	return c->has_cloud_init_finished || (c->is_up && !c->has_cloud_init);
}

static bool is_without_probe(struct guest_watch *w, struct watch_state *s)
{
	if (!is_past_probe(w, s)) {
		s->no_probe_ms = 0;
		return false;
	}
	if (!s->no_probe_ms)
		s->no_probe_ms = now_ms();
	if (now_ms() - s->no_probe_ms < NO_PROBE_MS * config_patience(w->config))
		return false;
	if (w->console.has_cloud_init_finished)
		return end(w, OUTCOME_NO_CLOUD_INIT, "cloud-init has finished without running the probe: "
			   "it did not take our NoCloud seed");
	return end(w, OUTCOME_NO_CLOUD_INIT, "the guest is up, and cloud-init did not run: %s",
		   w->console.is_cloud_init_disabled ? "its kernel's command line says cloud-init=disabled" :
		   "it is not installed there, or is disabled (/etc/cloud/cloud-init.disabled)");
}

/* A guest at a prompt would wait for ever. */
static bool is_stuck(struct guest_watch *w)
{
	const char *in = console_prompt(&w->console);

	return in && end(w, OUTCOME_HANG, "the guest waits for somebody: %s", in);
}

/* Whether the guest's kernel has not said a word, be it that there is none. */
static bool is_kernel_unheard(const struct guest_watch *w)
{
	return w->config->guest == GUEST_CLOUD && !w->console.boots;
}

/* Whether such a guest runs: its kernel may speak on tty0 only, and the probe's records come all the same. */
static bool is_unheard(const struct guest_watch *w, struct watch_state *s)
{
	return w->exits && is_kernel_unheard(w) && guest_life_is_running(&s->life);
}

/* Whether there is reason to wait longer for such a guest than for any other one. */
static bool is_worth_waiting(struct watch_state *s, bool is_unheard)
{
	return is_unheard && guest_life_can_have_kernel(&s->life);
}

/* In which state a guest was that did not get to the probe's first point in time. */
static const char *standing(const struct guest_watch *w, struct watch_state *s, bool is_unheard)
{
	if (is_kernel_unheard(w) && !guest_life_can_have_kernel(&s->life))
		return ": it has read less of its disk than any kernel has, so it finds nothing there to boot";
	if (is_unheard)
		return ": it runs, but its kernel says nothing on ttyS0 (console=ttyS0 on its command line lets it)";
	if (w->config->guest != GUEST_CLOUD || !w->console.boots)
		return "";
	return w->console.has_cloud_init ? ": cloud-init was under way" : ": its system was still starting";
}

/* Where not even a boot loader speaks on the port, the probe may. */
static bool is_start_too_long(struct guest_watch *w, struct watch_state *s, bool is_unheard)
{
	const struct config *c = w->config;
	long seconds = c->timeout_start * config_patience(c);
	int64_t past = now_ms() - s->phase_ms;

	if (past > seconds * 1000 && is_worth_waiting(s, is_unheard))
		seconds += c->timeout_early * config_patience(c);
	if (past <= seconds * 1000)
		return false;
	return end(w, OUTCOME_SILENT, "the guest printed nothing for %ld s%s", seconds, standing(w, s, is_unheard));
}

static bool is_too_long(struct guest_watch *w, struct watch_state *s)
{
	const struct guest_limit limit = guest_phase_limit(w->config, s->phase);
	long work = w->config->workload ? w->config->timeout_workload : 0;
	long silence = (w->config->timeout_silence + work) * config_patience(w->config);
	bool runs = is_unheard(w, s);
	int64_t now = now_ms();

	if (s->phase == PHASE_START)
		return is_start_too_long(w, s, runs);
	if (now - s->byte_ms > silence * 1000 && !is_worth_waiting(s, runs))
		return end(w, OUTCOME_HANG, "no byte from the guest for %ld s, waiting for %s",
			   silence, limit.what);
	if (now - s->phase_ms <= limit.seconds * 1000)
		return false;
	return end(w, OUTCOME_TIMEOUT, "%s did not come within %ld s%s", limit.what, limit.seconds,
		   s->phase == PHASE_EARLY ? standing(w, s, runs) : "");
}

static bool is_off(struct guest_watch *w)
{
	switch (domain_poll(w->domain)) {
	case DOMAIN_OFF:
		if (w->console.is_powered_down || has_point(w, EM_SHUTDOWN))
			return end(w, OUTCOME_FINISHED, "the guest powered off");
		return end(w, OUTCOME_DIED, "the guest went off without shutting down");
	case DOMAIN_DIED:
		return end(w, OUTCOME_DIED, "QEMU ended under the guest");
	default:
		return false;
	}
}

/* A guest that QEMU has halted never goes on, which is better told at once than as a silence. */
static bool is_halted(struct guest_watch *w, struct watch_state *s)
{
	enum domain_state state = domain_poll(w->domain);

	if (state == DOMAIN_FULL)
		return end(w, OUTCOME_DIED, "no space left on the host for the guest's disk: QEMU has halted it");
	if (state != DOMAIN_PAUSED)
		s->halted_ms = 0;
	else if (!s->halted_ms)
		s->halted_ms = now_ms();
	if (!s->halted_ms || now_ms() - s->halted_ms < HALTED_MS)
		return false;
	return end(w, OUTCOME_DIED, "QEMU has halted the guest: KVM cannot go on with it (an internal error)");
}

/*
 * Goes on listening, because what a kernel says after the first line of a panic is the part worth
 * reading.
 */
static void hear_last_words(struct guest_watch *w, struct watch_state *s)
{
	int64_t until = now_ms() + LAST_WORDS_MS;

	while (now_ms() < until && !interrupt_pending() && domain_poll(w->domain) == DOMAIN_RUNNING &&
	       !w->console.is_flooded) {
		usleep(POLL_US);
		read_ports(w, s);
	}
}

/*
 * Whether the guest has certainly not begun to read the point after this one: its records are still
 * coming, or the mailbox tells.
 */
static bool is_still_at(const struct guest_watch *w, int point)
{
	uint32_t begun = 0;

	if (w->records.point[point].status == POINT_OPEN)
		return true;
	for (int i = 0; i <= point; i++)
		begun += w->records.point[i].status != POINT_MISSING;
	return w->mailbox && mailbox_points(w->mailbox) == begun;
}

static void take_snapshots(struct guest_watch *w, struct watch_state *s)
{
	for (int i = 0; w->snapshot && i < EM_POINTS; i++) {
		if (s->has_snapshot[i] || w->records.point[i].status == POINT_MISSING)
			continue;
		s->has_snapshot[i] = true;
		if (!is_still_at(w, i))
			continue;
		w->snapshot(w->context, (enum em_point)i);
		read_ports(w, s);
		if (!is_still_at(w, i))
			w->drop(w->context, (enum em_point)i);
	}
}

static void tell_marks(struct guest_watch *w, struct watch_state *s)
{
	if (!w->mark)
		return;
	while (s->marks < w->console.mark_count)
		w->mark(w->context, w->console.mark[s->marks++]);
	for (int i = 0; i < EM_POINTS; i++) {
		if (s->has_mark[i] || w->records.point[i].status == POINT_MISSING)
			continue;
		s->has_mark[i] = true;
		w->mark(w->context, (enum boot_mark)(BOOT_POINT + i));
	}
}

static int watch(struct guest_watch *w, struct watch_state *s, struct error *err)
{
	for (;;) {
		bool was_off;

		if (interrupt_check(err) < 0)
			return -1;
		/*
		 * This is asked before the ports are read, so that all is there that came before
		 * the end or reset.
		 */
		was_off = is_off(w);
		w->resets = domain_reboots(w->domain);
		read_ports(w, s);
		take_snapshots(w, s);
		tell_marks(w, s);
		if (w->look)
			w->look(w->context);
		note_phase(w, s);
		if (is_in_trouble(w, s)) {
			hear_last_words(w, s);
			return 0;
		}
		if (was_off) {
			is_off(w);	/* once more, now that the last records are known */
			return 0;
		}
		if (is_halted(w, s) || is_stuck(w) || is_without_probe(w, s) || is_too_long(w, s))
			return 0;
		usleep(POLL_US);
	}
}

int guest_watch_run(struct guest_watch *w, struct error *err)
{
	const struct config *c = w->config;
	const struct records_expect expect = { .nonce = c->nonce, .layout = c->layout,
					       .points = scenario_points(c->scenario) };
	struct watch_state s = {
		.console = follow_of(w->console_path),
		.records = follow_of(w->records_path),
		.phase = PHASE_START,
		.phase_ms = now_ms(),
		.byte_ms = now_ms(),
		.is_reboot_wanted = c->scenario == SCENARIO_REBOOT,
		.life = { .domain = w->domain, .exits = w->exits, .context = w->context },
	};
	int rc;

	console_init(&w->console);
	records_init(&w->records, &expect);
	progress_begin(w->progress, guest_phase_name(PHASE_START));
	rc = watch(w, &s, err);
	if (w->mark)
		w->mark(w->context, BOOT_OFF);
	console_finish(&w->console);
	records_finish(&w->records);
	follow_close(&s.console);
	follow_close(&s.records);
	return rc;
}
