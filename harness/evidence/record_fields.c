// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/record_fields.h"

#include <string.h>

#define CPUS_MAX 65536
#define SPIN_MAX 1000000000

const char *record_take_begin(struct point *p, struct scan *s, const char *nonce, enum em_layout wanted)
{
	char got[EM_NONCE_MAX + 1];
	unsigned int layout, vendor;
	uint64_t cpus;

	if (!scan_all(s, "nonce=%s layout=%n vendor=%n cpus=%d tsc=%d tsc_khz=%d kernel=%s",
		      got, sizeof(got), em_layout_names, EM_LAYOUTS, &layout, em_vendor_names, EM_VENDORS,
		      &vendor, &cpus, &p->tsc_begin, &p->tsc_khz, p->kernel, sizeof(p->kernel)) ||
	    cpus == 0 || cpus > CPUS_MAX)
		return "its begin is malformed";
	if (strcmp(got, nonce))
		return "its nonce is not this run's: records of another run, or forged";
	if (wanted != EM_LAYOUTS && layout != wanted)
		return "it was read in another layout than the run's";
	p->layout = (enum em_layout)layout;
	p->vendor = (enum em_vendor)vendor;
	p->cpus = (uint32_t)cpus;
	return NULL;
}

/* The leaf that a tag must have been read from. */
static uint32_t leaf_of_tag(const struct point *p, enum em_tag tag)
{
	struct em_leaves leaves = em_leaves_of(p->layout);

	switch (tag) {
	case EM_TAG_VENDOR:
		return 0;
	case EM_TAG_BEYOND:
		return p->leaf[EM_TAG_VENDOR].regs.eax;
	case EM_TAG_RAW_FC:
	case EM_TAG_RAW_FD:
	case EM_TAG_RAW_FE:
	case EM_TAG_RAW_FF:
		return EM_LEAF_FIRST + (uint32_t)(tag - EM_TAG_RAW_FC);
	case EM_TAG_FIRST_CYCLES:
	case EM_TAG_AGAIN_CYCLES:
	case EM_TAG_BEFORE_CYCLES:
	case EM_TAG_AFTER_CYCLES:
		return leaves.total_cycles;
	default:
		return leaves.total;
	}
}

static const char *take_leaf(struct point *p, struct scan *s)
{
	struct leaf_record leaf = { .seen = true };
	unsigned int tag;

	if (!scan_all(s, "tag=%n fn=%x sub=%x regs=%r tsc=%d", em_tag_names, EM_TAGS, &tag, &leaf.fn,
		      &leaf.sub, &leaf.regs, &leaf.tsc))
		return "a leaf record is malformed";
	if (p->leaf[tag].seen)
		return "a leaf is there twice";
	if (leaf.fn != leaf_of_tag(p, (enum em_tag)tag))
		return "a leaf record's number is not its tag's";
	p->leaf[tag] = leaf;
	return NULL;
}

static const char *take_spin(struct point *p, struct scan *s)
{
	if (p->spin_count)
		return "the spin is there twice";
	if (!scan_all(s, "n=%d before=%r after=%r", &p->spin_count, &p->spin_before, &p->spin_after) ||
	    p->spin_count == 0 || p->spin_count > SPIN_MAX)
		return "the spin record is malformed";
	return NULL;
}

/* A layout without cycles of a reason has a dash in their place. */
static bool take_answer(const struct point *p, struct scan *s, struct sweep_answer *ret)
{
	if (em_leaves_of(p->layout).reason_cycles)
		return scan_all(s, " x=%r c=%r", &ret->exits, &ret->cycles);
	return scan_all(s, " x=%r c=-", &ret->exits);
}

/* The records of a sweep must tell every number of it, in order, and no other. */
static const char *take_sweep(struct point *p, struct scan *s)
{
	struct sweep_answer answer = { 0 };
	uint32_t lo, hi, number;

	if (!scan_format(s, "lo=%h hi=%h", &lo, &hi) || !take_answer(p, s, &answer) || hi < lo)
		return "a sweep record is malformed";
	for (number = lo;; number++) {
		if (p->next_sweep >= EM_SWEEP_COUNT || em_sweep_number(p->next_sweep) != number)
			return "a sweep record holds other numbers than come next";
		p->sweep[p->next_sweep++] = answer;
		if (number == hi)
			return NULL;
	}
}

/* They have an order, in which the first reason is the undefined one, and every second that of CPUID. */
static const char *take_ask(struct point *p, struct scan *s)
{
	uint32_t reason;
	struct em_regs *r;

	if (p->asked_count == EM_ASKED)
		return "an ask too many";
	r = p->asked[p->asked_count++];
	if (!scan_all(s, "sub=%x fc=%r fd=%r fe=%r ff=%r", &reason, &r[0], &r[1], &r[2], &r[3]))
		return "an ask record is malformed";
	if (p->asked_count == EM_ASKED_CPUID + 1)
		p->asked_cpuid = reason;
	if (reason != em_asked_reason((enum em_asked)(p->asked_count - 1), p->asked_cpuid))
		return "the asks are not in their order";
	return NULL;
}

static const char *take_high(struct point *p, struct scan *s)
{
	struct high_record *h = &p->high;

	if (h->count)
		return "the high is there twice";
	if (!scan_all(s, "n=%d fn=%x sub=%x regs=%r", &h->count, &h->fn, &h->sub, &h->halves) || !h->count)
		return "the high record is malformed";
	return NULL;
}

static const char *take_crowd(struct point *p, struct scan *s)
{
	struct crowd_record *c = &p->crowd;

	if (c->threads)
		return "the crowd is there twice";
	if (!scan_all(s, "threads=%d n=%d before=%r after=%r shrunk=%d", &c->threads, &c->count, &c->before,
		      &c->after, &c->shrunk) ||
	    c->threads == 0 || c->threads > CPUS_MAX || c->count == 0 || c->count > SPIN_MAX)
		return "the crowd record is malformed";
	return NULL;
}

static const char *take_handling(struct point *p, struct scan *s)
{
	struct handling_record *h = &p->handling;

	if (h->seen)
		return "the handling is there twice";
	h->seen = true;
	if (!scan_all(s, "cpuid=%d fault=%d faults=%d", &h->cpuid, &h->fault, &h->faults))
		return "the handling record is malformed";
	return NULL;
}

static const char *take_pace(struct point *p, struct scan *s)
{
	struct pace_record *r = &p->pace;

	if (r->seen)
		return "the pace is there twice";
	r->seen = true;
	if (!scan_all(s, "work=%d in=%d busy=%d in=%d asleep=%d in=%d", &r->work.cycles, &r->work.tsc,
		      &r->busy.cycles, &r->busy.tsc, &r->asleep.cycles, &r->asleep.tsc))
		return "the pace record is malformed";
	return NULL;
}

static const char *take_carry(struct point *p, struct scan *s)
{
	struct carry_record *c = &p->carry;

	if (c->count)
		return "the carry is there twice";
	if (!scan_all(s, "n=%d before=%r after=%r tsc=%d", &c->count, &c->before, &c->after, &c->tsc) ||
	    c->count == 0)
		return "the carry record is malformed";
	return NULL;
}

/* The guest chooses the rarest reason, and asks for the same one each time. */
static bool is_next_asking(const struct point *p, const struct em_asking *asked)
{
	bool is_chosen = p->tool_count > EM_ASK_RAREST;
	struct em_asking want;

	if (p->tool_count == em_asks_of(p->layout))
		return false;
	want = em_asking_of(p->layout, p->vendor, (enum em_ask)p->tool_count,
			    is_chosen ? p->tool[EM_ASK_RAREST].asked.sub : asked->sub);
	return asked->fn == want.fn && asked->sub == want.sub;
}

static const char *take_tool(struct point *p, struct scan *s)
{
	struct tool_record tool = { 0 };

	if (!scan_all(s, "fn=%x sub=%x before=%r says=%r after=%r", &tool.asked.fn, &tool.asked.sub,
		      &tool.before, &tool.says, &tool.after))
		return "a tool record is malformed";
	if (p->notool.why != EM_TOOL_ANSWERED)
		return "the tool tells more than it could";
	if (!is_next_asking(p, &tool.asked))
		return "a tool record is not of the leaf that comes next";
	p->tool[p->tool_count++] = tool;
	return NULL;
}

static const char *take_notool(struct point *p, struct scan *s)
{
	struct notool_record *n = &p->notool;
	unsigned int why;

	if (n->why != EM_TOOL_ANSWERED)
		return "the notool is there twice";
	if (!scan_all(s, "why=%n code=%d fn=%x sub=%x", em_tool_end_names, EM_TOOL_ENDS, &why, &n->code,
		      &n->asked.fn, &n->asked.sub) || why == EM_TOOL_ANSWERED)
		return "the notool record is malformed";
	if (!is_next_asking(p, &n->asked))
		return "the notool record is not of the leaf that comes next";
	n->why = (enum em_tool_end)why;
	return NULL;
}

static bool has_all_tools(const struct point *p)
{
	return !p->tool_count || p->notool.why != EM_TOOL_ANSWERED || p->tool_count == em_asks_of(p->layout);
}

/* All operations have a record, in their order. */
static const char *take_op(struct point *p, struct scan *s)
{
	struct operation_record *o = &p->operation[p->operation_count % EM_OPS];
	uint32_t before, after;
	uint64_t cycles_before, cycles_after;
	unsigned int name, why;

	if (p->operation_count == EM_OPS)
		return "an operation too many";
	if (!scan_all(s, "name=%n why=%n n=%d tries=%d tsc=%d x=%h to=%h c=%q to=%q", em_op_names, EM_OPS, &name,
		      em_op_whys, EM_OP_WHYS, &why, &o->n, &o->tries, &o->tsc, &before, &after, &cycles_before,
		      &cycles_after) || o->n > SPIN_MAX || o->tries > SPIN_MAX || (why == EM_OP_DONE) != (o->n > 0))
		return "an op record is malformed";
	if (name != p->operation_count)
		return "the operations are not in their order";
	o->why = (enum em_op_why)why;
	o->exits = after - before;
	o->cycles = cycles_after - cycles_before;
	p->operation_count++;
	return NULL;
}

static const char *take_part(struct point *p, struct scan *s)
{
	struct operation_record *o = p->operation_count ? &p->operation[p->operation_count - 1] : NULL;
	uint32_t reason, before, after;
	uint64_t cycles_before, cycles_after;

	if (!o || o->part_count == EM_OP_PARTS_MAX)
		return "a part of no operation";
	if (!scan_all(s, "sub=%h x=%h to=%h c=%q to=%q", &reason, &before, &after, &cycles_before, &cycles_after))
		return "a part record is malformed";
	if (o->part_count && o->part[o->part_count - 1].reason >= reason)
		return "the parts of an operation are not in their order";
	o->part[o->part_count++] = (struct operation_part){ reason, after - before, cycles_after - cycles_before };
	return NULL;
}

static const char *take_ran(struct point *p, struct scan *s)
{
	struct ran_record *r = &p->ran;
	unsigned int end;

	if (r->seen)
		return "the ran is there twice";
	if (!scan_all(s, "end=%n code=%d ms=%d bytes=%d", em_run_ends, EM_RUN_ENDS, &end, &r->code, &r->ms, &r->bytes))
		return "the ran record is malformed";
	r->seen = true;
	r->end = (enum em_run_end)end;
	return NULL;
}

/* How many of the workload's bytes records must tell. */
static uint64_t said_whole(const struct ran_record *r)
{
	return r->bytes < EM_SAID_MAX ? r->bytes : EM_SAID_MAX;
}

static const char *take_said(struct point *p, struct scan *s)
{
	struct ran_record *r = &p->ran;
	char hex[2 * EM_SAID_BYTES + 1];
	uint64_t at, byte;

	if (!scan_all(s, "at=%d hex=%s", &at, hex, sizeof(hex)) || strlen(hex) % 2)
		return "a said record is malformed";
	if (at != r->said_len || at + strlen(hex) / 2 > said_whole(r))
		return "a said record has other bytes than come next";
	for (const char *digits = hex; *digits; digits += 2) {
		struct scan pair = scan_over(digits, 2);

		if (!scan_hex(&pair, 2, 2, &byte))
			return "a said record is malformed";
		r->said[r->said_len++] = (unsigned char)byte;
	}
	return NULL;
}

/* Older probes end without these, or without the last of them. */
static bool take_written(struct point *p, struct scan *s)
{
	p->has_written = !scan_at_end(s);
	if (p->has_written && !scan_format(s, " total=%r cycles=%r", &p->written_total, &p->written_cycles))
		return false;
	p->has_asks = !scan_at_end(s);
	return !p->has_asks || scan_all(s, " asks=%d", &p->asks);
}

static bool has_all_asks(const struct point *p)
{
	return !p->asked_count || p->asked_count == EM_ASKED_OLDER || p->asked_count == EM_ASKED;
}

static const char *take_end(struct point *p, struct scan *s)
{
	uint64_t records;

	if (!scan_format(s, "records=%d tsc=%d", &records, &p->tsc_end) || !take_written(p, s))
		return "its end is malformed";
	if (records != p->next_seq + 1)
		return "its end counts another number of records";
	for (int tag = 0; tag < EM_TAGS; tag++)
		if (!p->leaf[tag].seen)
			return "a leaf was never read";
	if (!p->spin_count)
		return "the spin is missing";
	if (p->next_sweep != EM_SWEEP_COUNT)
		return "the sweep is not whole";
	if (!has_all_asks(p))
		return "the asks are not whole";
	if (p->operation_count && p->operation_count != EM_OPS)
		return "the operations are not whole";
	if (p->ran.said_len != said_whole(&p->ran))
		return "what the workload said is not whole";
	if (!has_all_tools(p))
		return "what the tool told is not whole";
	return NULL;
}

const char *record_take_inner(struct point *p, enum em_kind kind, struct scan *s)
{
	switch (kind) {
	case EM_LEAF:
		return take_leaf(p, s);
	case EM_SWEEP:
		return take_sweep(p, s);
	case EM_SPIN:
		return take_spin(p, s);
	case EM_ASK:
		return take_ask(p, s);
	case EM_HANDLING:
		return take_handling(p, s);
	case EM_PACE:
		return take_pace(p, s);
	case EM_CROWD:
		return take_crowd(p, s);
	case EM_CARRY:
		return take_carry(p, s);
	case EM_TOOL:
		return take_tool(p, s);
	case EM_NOTOOL:
		return take_notool(p, s);
	case EM_HIGH:
		return take_high(p, s);
	case EM_OP:
		return take_op(p, s);
	case EM_PART:
		return take_part(p, s);
	case EM_RAN:
		return take_ran(p, s);
	case EM_SAID:
		return take_said(p, s);
	case EM_END:
		return take_end(p, s);
	default:
		return "a second begin";
	}
}
