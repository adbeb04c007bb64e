// SPDX-License-Identifier: GPL-2.0-only
#include "run/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/printable.h"
#include "run/protocol.h"

#define BAR_CELLS 30
#define TRANSFER_SHOWN_BYTES (1u << 20)		/* a smaller transfer is over before one can read of it */

void progress_init(struct progress *p, FILE *out, bool protocol)
{
	memset(p, 0, sizeof(*p));
	p->out = out;
	p->style = protocol ? PROGRESS_PROTOCOL :
		   isatty(fileno(out)) ? PROGRESS_LIVE : PROGRESS_PLAIN;
	p->start_ms = now_ms();
}

static struct progress_phase *current(struct progress *p)
{
	return p->is_open ? &p->phases[p->phase_count - 1] : NULL;
}

static void clear_live(struct progress *p)
{
	if (p->style == PROGRESS_LIVE)
		fputs("\r\033[K", p->out);
}

static void show_live(struct progress *p)
{
	int64_t now = now_ms();

	clear_live(p);
	fprintf(p->out, "[%5.1fs] %s (%.0fs)", (double)(now - p->start_ms) / 1000,
		current(p)->name, (double)(now - p->phase_start_ms) / 1000);
	fflush(p->out);
	p->last_show_ms = now;
}

static void close_phase(struct progress *p)
{
	struct progress_phase *phase = current(p);

	if (!phase)
		return;
	phase->ms = now_ms() - p->phase_start_ms;
	p->is_open = false;
	clear_live(p);
	if (p->style != PROGRESS_PROTOCOL)
		fprintf(p->out, "  %-24s %7.1f s\n", phase->name, (double)phase->ms / 1000);
	fflush(p->out);
}

void progress_hold(struct progress *p, const char *phase)
{
	const char *at = getenv("EXITMETER_PAUSE_AT");

	if (!at || strcmp(at, phase))
		return;
	progress_note(p, "paused at %s", phase);
	raise(SIGSTOP);
}

void progress_begin(struct progress *p, const char *name)
{
	struct progress_phase *phase = current(p);

	if (phase && !strcmp(phase->name, name))
		return;
	close_phase(p);
	if (p->phase_count == PROGRESS_PHASES)
		p->phase_count--;	/* a host that tells too many phases overwrites only the last one */
	phase = &p->phases[p->phase_count++];
	snprintf(phase->name, sizeof(phase->name), "%s", name);
	p->is_open = true;
	p->transfer_tenths = 0;
	p->phase_start_ms = now_ms();
	if (p->style == PROGRESS_PROTOCOL) {
		fprintf(p->out, PROTOCOL_PHASE "%s\n", name);
		fflush(p->out);
	} else if (p->style == PROGRESS_LIVE) {
		show_live(p);
	}
	progress_hold(p, name);
}

void progress_tick(struct progress *p)
{
	int64_t now = now_ms();

	if (!current(p))
		return;
	if (p->style == PROGRESS_LIVE && now - p->last_show_ms >= 500)
		show_live(p);
}

static void show_bar(struct progress *p, uint64_t begin, uint64_t now, uint64_t total)
{
	static const char full[] = "##############################";
	int64_t ms = now_ms() - p->phase_start_ms;
	double rate = ms > 0 ? (double)(now - begin) / (double)ms * 1000 : 0;	/* bytes a second */
	int cells = total ? (int)((double)now / (double)total * BAR_CELLS) : 0;

	if (cells > BAR_CELLS)
		cells = BAR_CELLS;
	clear_live(p);
	fprintf(p->out, "[%.*s%*s] %" PRIu64 " of %" PRIu64 " MiB, %.1f MiB/s", cells, full,
		BAR_CELLS - cells, "", now >> 20, total >> 20, rate / (1 << 20));
	if (total > now && rate > 0)
		fprintf(p->out, ", %.0f s left", (double)(total - now) / rate);
	fflush(p->out);
	p->last_show_ms = now_ms();
}

void progress_transfer(struct progress *p, uint64_t begin, uint64_t now, uint64_t total)
{
	unsigned int tenths = total ? (unsigned int)(now * 10 / total) : 0;

	if (total < TRANSFER_SHOWN_BYTES)
		return;
	if (p->style == PROGRESS_LIVE && now_ms() - p->last_show_ms >= 200)
		show_bar(p, begin, now, total);
	if (p->style == PROGRESS_PLAIN && tenths > p->transfer_tenths) {
		fprintf(p->out, "  %s: %u %%, %" PRIu64 " of %" PRIu64 " MiB\n",
			current(p) ? current(p)->name : "transfer", tenths * 10, now >> 20,
			total >> 20);
		fflush(p->out);
		p->transfer_tenths = tenths;
	}
}

void progress_status(struct progress *p, const char *text)
{
	int64_t now = now_ms();

	if (p->style != PROGRESS_LIVE || now - p->last_show_ms < 500)
		return;
	clear_live(p);
	fprintf(p->out, "[%5.1fs] %s", (double)(now - p->start_ms) / 1000, text);
	fflush(p->out);
	p->last_show_ms = now;
}

void progress_note(struct progress *p, const char *fmt, ...)
{
	_cleanup_free_ char *note = NULL, *masked = NULL;
	va_list ap;

	va_start(ap, fmt);
	note = xvasprintf(fmt, ap);
	va_end(ap);
	masked = printable_text(note);
	flockfile(p->out);	/* no beat (beat.h) comes within the line */
	clear_live(p);
	if (p->style == PROGRESS_PROTOCOL)
		fputs(PROTOCOL_NOTE, p->out);
	fprintf(p->out, "%s\n", masked);
	fflush(p->out);
	funlockfile(p->out);
}

void progress_end(struct progress *p)
{
	close_phase(p);
	clear_live(p);
}
