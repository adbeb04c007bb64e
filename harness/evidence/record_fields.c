// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/record_fields.h"

#include <string.h>

#define CPUS_MAX 65536
#define SPIN_MAX 1000000000


static bool take_u32(struct scan *s, unsigned int min_digits, uint32_t *ret)
{
	uint64_t value;

	if (!scan_hex(s, min_digits, 8, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

static bool take_regs(struct scan *s, struct em_regs *ret)
{
	return take_u32(s, 8, &ret->eax) && scan_literal(s, ":") &&
	       take_u32(s, 8, &ret->ebx) && scan_literal(s, ":") &&
	       take_u32(s, 8, &ret->ecx) && scan_literal(s, ":") &&
	       take_u32(s, 8, &ret->edx);
}

const char *record_take_begin(struct point *p, struct scan *s,
			      const struct records_expect *expect)
{
	char nonce[EM_NONCE_MAX + 1];
	unsigned int layout, vendor;
	uint64_t cpus;

	if (!scan_literal(s, "nonce=") || !scan_token(s, nonce, sizeof(nonce)) ||
	    !scan_literal(s, " layout=") || !scan_name(s, em_layout_names, EM_LAYOUTS, &layout) ||
	    !scan_literal(s, " vendor=") || !scan_name(s, em_vendor_names, EM_VENDORS, &vendor) ||
	    !scan_literal(s, " cpus=") || !scan_dec(s, &cpus) ||
	    !scan_literal(s, " tsc=") || !scan_dec(s, &p->tsc_begin) ||
	    !scan_literal(s, " tsc_khz=") || !scan_dec(s, &p->tsc_khz) ||
	    !scan_literal(s, " kernel=") || !scan_token(s, p->kernel, sizeof(p->kernel)) ||
	    !scan_at_end(s) || cpus == 0 || cpus > CPUS_MAX)
		return "its begin is malformed";
	if (strcmp(nonce, expect->nonce))
		return "its nonce is not this run's: records of another run, or forged";
	if (expect->layout != EM_LAYOUTS && layout != expect->layout)
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

	if (!scan_literal(s, "tag=") || !scan_name(s, em_tag_names, EM_TAGS, &tag) ||
	    !scan_literal(s, " fn=") || !take_u32(s, 8, &leaf.fn) ||
	    !scan_literal(s, " sub=") || !take_u32(s, 8, &leaf.sub) ||
	    !scan_literal(s, " regs=") || !take_regs(s, &leaf.regs) ||
	    !scan_literal(s, " tsc=") || !scan_dec(s, &leaf.tsc) || !scan_at_end(s))
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
	if (!scan_literal(s, "n=") || !scan_dec(s, &p->spin_count) ||
	    !scan_literal(s, " before=") || !take_regs(s, &p->spin_before) ||
	    !scan_literal(s, " after=") || !take_regs(s, &p->spin_after) || !scan_at_end(s) ||
	    p->spin_count == 0 || p->spin_count > SPIN_MAX)
		return "the spin record is malformed";
	return NULL;
}

static bool take_cycles(const struct point *p, struct scan *s, struct em_regs *ret)
{
	if (em_leaves_of(p->layout).reason_cycles)
		return take_regs(s, ret);
	return scan_literal(s, "-");
}

/* Runs must tell every number of the sweep, in its order, and no other. */
static const char *take_sweep(struct point *p, struct scan *s)
{
	struct sweep_answer answer = { 0 };
	uint32_t lo, hi, number;

	if (!scan_literal(s, "lo=") || !take_u32(s, 1, &lo) ||
	    !scan_literal(s, " hi=") || !take_u32(s, 1, &hi) ||
	    !scan_literal(s, " x=") || !take_regs(s, &answer.exits) ||
	    !scan_literal(s, " c=") || !take_cycles(p, s, &answer.cycles) ||
	    !scan_at_end(s) || hi < lo)
		return "a sweep record is malformed";
	for (number = lo;; number++) {
		if (p->next_sweep >= EM_SWEEP_COUNT || em_sweep_number(p->next_sweep) != number)
			return "a sweep record holds other numbers than come next";
		p->sweep[p->next_sweep++] = answer;
		if (number == hi)
			return NULL;
	}
}

static bool take_written(struct point *p, struct scan *s)
{
	if (scan_at_end(s))
		return true;
	p->has_written = scan_literal(s, " total=") && take_regs(s, &p->written_total) &&
			 scan_literal(s, " cycles=") && take_regs(s, &p->written_cycles);
	return p->has_written && scan_at_end(s);
}

/* Two, in their order. */
static const char *take_ask(struct point *p, struct scan *s)
{
	uint32_t reason;
	struct em_regs *r;

	if (p->asked_count == EM_ASKED)
		return "an ask too many";
	r = p->asked[p->asked_count++];
	if (!scan_literal(s, "sub=") || !take_u32(s, 8, &reason) ||
	    !scan_literal(s, " fc=") || !take_regs(s, &r[0]) || !scan_literal(s, " fd=") ||
	    !take_regs(s, &r[1]) || !scan_literal(s, " fe=") || !take_regs(s, &r[2]) ||
	    !scan_literal(s, " ff=") || !take_regs(s, &r[3]) || !scan_at_end(s))
		return "an ask record is malformed";
	if ((reason == EM_UNDEFINED_REASON) != (p->asked_count == 1))
		return "the asks are not in their order";
	return NULL;
}

/* Not every run has one. */
static const char *take_crowd(struct point *p, struct scan *s)
{
	struct crowd_record *c = &p->crowd;

	if (c->threads)
		return "the crowd is there twice";
	if (!scan_literal(s, "threads=") || !scan_dec(s, &c->threads) ||
	    !scan_literal(s, " n=") || !scan_dec(s, &c->count) ||
	    !scan_literal(s, " before=") || !take_regs(s, &c->before) ||
	    !scan_literal(s, " after=") || !take_regs(s, &c->after) ||
	    !scan_literal(s, " shrunk=") || !scan_dec(s, &c->shrunk) || !scan_at_end(s) ||
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
	if (!scan_literal(s, "cpuid=") || !scan_dec(s, &h->cpuid) ||
	    !scan_literal(s, " fault=") || !scan_dec(s, &h->fault) ||
	    !scan_literal(s, " faults=") || !scan_dec(s, &h->faults) || !scan_at_end(s))
		return "the handling record is malformed";
	return NULL;
}

static const char *take_carry(struct point *p, struct scan *s)
{
	struct carry_record *c = &p->carry;

	if (c->count)
		return "the carry is there twice";
	if (!scan_literal(s, "n=") || !scan_dec(s, &c->count) ||
	    !scan_literal(s, " before=") || !take_regs(s, &c->before) ||
	    !scan_literal(s, " after=") || !take_regs(s, &c->after) ||
	    !scan_literal(s, " tsc=") || !scan_dec(s, &c->tsc) || !scan_at_end(s) || c->count == 0)
		return "the carry record is malformed";
	return NULL;
}

static bool take_asking(struct scan *s, struct em_asking *ret)
{
	return scan_literal(s, "fn=") && take_u32(s, 8, &ret->fn) && scan_literal(s, " sub=") &&
	       take_u32(s, 8, &ret->sub);
}

/* The rarest reason is the guest's choice, and the same wherever it comes. */
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

	if (!take_asking(s, &tool.asked) || !scan_literal(s, " before=") || !take_regs(s, &tool.before) ||
	    !scan_literal(s, " says=") || !take_regs(s, &tool.says) ||
	    !scan_literal(s, " after=") || !take_regs(s, &tool.after) || !scan_at_end(s))
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
	if (!scan_literal(s, "why=") || !scan_name(s, em_tool_end_names, EM_TOOL_ENDS, &why) ||
	    why == EM_TOOL_ANSWERED || !scan_literal(s, " code=") || !scan_dec(s, &n->code) ||
	    !scan_literal(s, " ") || !take_asking(s, &n->asked) || !scan_at_end(s))
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

static const char *take_end(struct point *p, struct scan *s)
{
	uint64_t records;

	if (!scan_literal(s, "records=") || !scan_dec(s, &records) ||
	    !scan_literal(s, " tsc=") || !scan_dec(s, &p->tsc_end) || !take_written(p, s))
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
	case EM_CROWD:
		return take_crowd(p, s);
	case EM_CARRY:
		return take_carry(p, s);
	case EM_TOOL:
		return take_tool(p, s);
	case EM_NOTOOL:
		return take_notool(p, s);
	case EM_END:
		return take_end(p, s);
	default:
		return "a second begin";
	}
}
