// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

/* Where the records of one point are written, and how many are already. */
struct sink {
	const struct outlet *outlet;
	enum em_point point;
	unsigned int seq;
	bool failed;
};

#define EMIT(sink, kind, ...) do {						\
	char line_[EM_RECORD_MAX + 1];						\
	int len_ = em_record_format(line_, (sink)->seq, (sink)->point, kind, __VA_ARGS__); \
	sink_write(sink, line_, len_);						\
} while (0)

static int write_all(int fd, const char *line, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, line, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		line += n;
		len -= (size_t)n;
	}
	return 0;
}

static void sink_write(struct sink *sink, const char *line, int len)
{
	const struct outlet *o = sink->outlet;

	sink->seq++;
	if (sink->failed)
		return;
	if (len < 0)
		errno = EOVERFLOW;
	sink->failed = len < 0 || (o->mailbox ? mailbox_write(o->mailbox, line, (size_t)len) :
				   write_all(o->fd, line, (size_t)len)) < 0;
}

static void emit_begin(struct sink *sink, const struct measurement *m,
		       const struct probe_config *config)
{
	char release[EM_RELEASE_MAX + 1] = "unknown";
	struct utsname name;

	if (uname(&name) == 0)
		snprintf(release, sizeof(release), "%s", name.release);
	for (char *p = release; *p; p++)
		if (!isgraph((unsigned char)*p))
			*p = '_';
	EMIT(sink, EM_BEGIN, "nonce=%s layout=%s vendor=%s cpus=%ld tsc=%llu tsc_khz=%llu kernel=%s",
	     config->nonce, em_layout_names[m->layout], em_vendor_names[m->vendor], m->cpus,
	     (unsigned long long)m->tsc_begin, (unsigned long long)m->tsc_khz, release);
}

static void emit_leaf(struct sink *sink, enum em_tag tag, const struct probe_leaf *leaf)
{

	EMIT(sink, EM_LEAF, "tag=%s fn=%08x sub=%08x regs=" EM_REGS_FMT " tsc=%llu", em_tag_names[tag],
	     leaf->fn, leaf->sub, EM_REGS_ARG(&leaf->regs), (unsigned long long)leaf->tsc);
}

static void emit_run(struct sink *sink, uint32_t lo, uint32_t hi,
		     const struct probe_answer *answer, bool has_cycles)
{
	char cycles[40] = "-";

	if (has_cycles)
		snprintf(cycles, sizeof(cycles), EM_REGS_FMT, EM_REGS_ARG(&answer->cycles));
	EMIT(sink, EM_SWEEP, "lo=%x hi=%x x=" EM_REGS_FMT " c=%s", lo, hi,
	     EM_REGS_ARG(&answer->exits), cycles);
}

/* Consecutive reasons with the same answers, which most have, share a record. */
static void emit_sweep(struct sink *sink, const struct measurement *m, bool has_cycles)
{
	unsigned int first = 0;

	for (unsigned int i = 1; i <= EM_SWEEP_COUNT; i++) {
		uint32_t last = em_sweep_number(i - 1);

		if (i < EM_SWEEP_COUNT && em_sweep_number(i) == last + 1 &&
		    !memcmp(&m->sweep[first], &m->sweep[i], sizeof(m->sweep[i])))
			continue;
		emit_run(sink, em_sweep_number(first), last, &m->sweep[first], has_cycles);
		first = i;
	}
}

/*
 * Each byte on a serial port causes an exit, and its interrupt another; the end record has the
 * totals after that.
 */
static void emit_end(struct sink *sink, const struct measurement *m, const struct em_leaves *leaves)
{
	struct em_regs total, cycles;

	if (sink->failed)
		return;		/* errno says why */
	if (!sink->outlet->mailbox)
		(void)tcdrain(sink->outlet->fd);	/* it fails if this is no terminal, and that is all right */
	total = probe_cpuid(leaves->total, 0);
	cycles = probe_cpuid(leaves->total_cycles, 0);
	EMIT(sink, EM_END, "records=%u tsc=%llu total=" EM_REGS_FMT " cycles=" EM_REGS_FMT " asks=%u",
	     sink->seq + 1, (unsigned long long)m->tsc_end, EM_REGS_ARG(&total),
	     EM_REGS_ARG(&cycles), probe_asks().count);
}

static void emit_asked(struct sink *sink, const struct measurement *m, enum em_asked reading)
{
	const struct em_regs *r = m->asked[reading];

	EMIT(sink, EM_ASK, "sub=%08x fc=" EM_REGS_FMT " fd=" EM_REGS_FMT " fe=" EM_REGS_FMT " ff=" EM_REGS_FMT,
	     em_asked_reason(reading, probe_cpuid_reason(m->vendor)), EM_REGS_ARG(&r[0]), EM_REGS_ARG(&r[1]),
	     EM_REGS_ARG(&r[2]), EM_REGS_ARG(&r[3]));
}

static void emit_high(struct sink *sink)
{
	struct probe_asks asks = probe_asks();

	if (asks.high)
		EMIT(sink, EM_HIGH, "n=%u fn=%08x sub=%08x regs=" EM_REGS_FMT, asks.high, asks.first_high.fn,
		     asks.first_high.sub, EM_REGS_ARG(&asks.high_halves));
}

static void emit_tool(struct sink *sink, const struct probe_tool *t)
{

	for (unsigned int i = 0; i < t->count; i++) {
		const struct probe_saying *s = &t->saying[i];

		EMIT(sink, EM_TOOL, "fn=%08x sub=%08x before=" EM_REGS_FMT " says=" EM_REGS_FMT " after=" EM_REGS_FMT,
		     s->asked.fn, s->asked.sub, EM_REGS_ARG(&s->before), EM_REGS_ARG(&s->says),
		     EM_REGS_ARG(&s->after));
	}
	if (t->end != EM_TOOL_ANSWERED)
		EMIT(sink, EM_NOTOOL, "why=%s code=%d fn=%08x sub=%08x", em_tool_end_names[t->end],
		     t->code, t->last.fn, t->last.sub);
}

static uint64_t cycles_in(const struct em_regs *r)
{
	return (uint64_t)r->ebx << 32 | r->ecx;
}

static bool has_moved(const struct probe_answer *a, const struct probe_answer *b)
{
	return a->exits.eax != b->exits.eax || cycles_in(&a->cycles) != cycles_in(&b->cycles);
}

/* A wrong patch may move more figures than there are reasons; the first ones show it. */
static void emit_parts(struct sink *sink, const struct probe_operation *o)
{
	unsigned int told = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT && told < EM_OP_PARTS_MAX; i++) {
		const struct probe_answer *a = &o->before.sweep[i], *b = &o->after.sweep[i];

		if (!has_moved(a, b))
			continue;
		EMIT(sink, EM_PART, "sub=%x x=%x to=%x c=%llx to=%llx", em_sweep_number(i), a->exits.eax,
		     b->exits.eax, (unsigned long long)cycles_in(&a->cycles),
		     (unsigned long long)cycles_in(&b->cycles));
		told++;
	}
}

static void emit_operations(struct sink *sink, const struct probe_operation *list)
{
	for (int i = 0; list && i < EM_OPS; i++) {
		const struct probe_operation *o = &list[i];

		EMIT(sink, EM_OP, "name=%s why=%s n=%u tries=%u tsc=%llu x=%x to=%x c=%llx to=%llx", em_op_names[i],
		     em_op_whys[o->why], o->n, o->tries, (unsigned long long)o->tsc, o->before.total.eax,
		     o->after.total.eax, (unsigned long long)cycles_in(&o->before.cycles),
		     (unsigned long long)cycles_in(&o->after.cycles));
		emit_parts(sink, o);
	}
}

static void emit_said(struct sink *sink, const char *said, uint64_t len)
{
	char hex[2 * EM_SAID_BYTES + 1];

	for (uint64_t at = 0; at < len; at += EM_SAID_BYTES) {
		for (unsigned int i = 0; i < EM_SAID_BYTES && at + i < len; i++)
			sprintf(hex + 2 * i, "%02x", (unsigned char)said[at + i]);
		EMIT(sink, EM_SAID, "at=%llu hex=%s", (unsigned long long)at, hex);
	}
}

static void emit_workload(struct sink *sink, const struct probe_workload *w)
{
	if (!w)
		return;
	EMIT(sink, EM_RAN, "end=%s code=%d ms=%llu bytes=%llu", em_run_ends[w->end], w->code,
	     (unsigned long long)w->ms, (unsigned long long)w->bytes);
	emit_said(sink, w->said, w->bytes < EM_SAID_MAX ? w->bytes : EM_SAID_MAX);
}

int probe_emit(const struct outlet *outlet, const struct measurement *m, enum em_point point,
	       const struct probe_config *config)
{
	struct em_leaves leaves = em_leaves_of(m->layout);
	struct sink sink = { .outlet = outlet, .point = point };

	emit_begin(&sink, m, config);
	for (int tag = 0; tag < EM_TAGS; tag++)
		emit_leaf(&sink, (enum em_tag)tag, &m->leaf[tag]);
	EMIT(&sink, EM_SPIN, "n=%u before=" EM_REGS_FMT " after=" EM_REGS_FMT, m->spin_count,
	     EM_REGS_ARG(&m->spin_before), EM_REGS_ARG(&m->spin_after));
	emit_sweep(&sink, m, leaves.reason_cycles != 0);
	for (int i = 0; i < EM_ASKED; i++)
		emit_asked(&sink, m, (enum em_asked)i);
	emit_high(&sink);
	if (m->handling.is_measured)
		EMIT(&sink, EM_HANDLING, "cpuid=%llu fault=%llu faults=%u",
		     (unsigned long long)m->handling.cpuid, (unsigned long long)m->handling.fault,
		     m->handling.faults);
	if (m->handling.work.tsc || m->busy.tsc)
		EMIT(&sink, EM_PACE, "work=%llu in=%llu busy=%llu in=%llu asleep=%llu in=%llu",
		     (unsigned long long)m->handling.work.cycles, (unsigned long long)m->handling.work.tsc,
		     (unsigned long long)m->busy.cycles, (unsigned long long)m->busy.tsc,
		     (unsigned long long)m->asleep.cycles, (unsigned long long)m->asleep.tsc);
	if (m->crowd.threads)
		EMIT(&sink, EM_CROWD, "threads=%u n=%u before=" EM_REGS_FMT " after=" EM_REGS_FMT " shrunk=%u",
		     m->crowd.threads, m->crowd.count, EM_REGS_ARG(&m->crowd.before),
		     EM_REGS_ARG(&m->crowd.after), m->crowd.shrunk);
	emit_operations(&sink, m->operations);
	emit_workload(&sink, m->workload);
	emit_tool(&sink, &m->tool);
	if (m->carry.count)
		EMIT(&sink, EM_CARRY, "n=%llu before=" EM_REGS_FMT " after=" EM_REGS_FMT " tsc=%llu",
		     (unsigned long long)m->carry.count, EM_REGS_ARG(&m->carry.before),
		     EM_REGS_ARG(&m->carry.after), (unsigned long long)m->carry.tsc);
	emit_end(&sink, m, &leaves);
	return sink.failed ? -1 : 0;
}
