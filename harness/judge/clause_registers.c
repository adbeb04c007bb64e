// SPDX-License-Identifier: GPL-2.0-only
/* All four registers of every leaf: a register that the leaf does not define is written, with 0. */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/reasons.h"

/*
 * What the manual says by which the run is judged.  A year that was asked for holds to the letter; of
 * an edition's year, what only a later manual defines may be answered either way.
 */
static enum reason_standing standing(const struct case_file *cf, unsigned int index)
{
	uint32_t number = em_sweep_number(index);
	enum reason_standing then = reason_standing_in(cf->vendor, number, cf->edition->sdm);
	enum reason_standing now = reason_standing_in(cf->vendor, number, 0);

	if (cf->evidence.sdm)
		return reason_standing_in(cf->vendor, number, cf->evidence.sdm);
	return then == now ? now : REASON_DISPUTED;
}

/* The numbers that break a rule: the first is told in full, the others are counted. */
struct breaches {
	unsigned int count;
	uint32_t number;
	const char *leaf;
	struct em_regs regs;
};

static void add_breach(struct breaches *b, uint32_t number, const char *leaf,
		       const struct em_regs *regs)
{
	if (b->count && b->number == number)
		return;		/* the number's other leaf is told already */
	if (!b->count++) {
		b->number = number;
		b->leaf = leaf;
		b->regs = *regs;
		return;
	}
}

static void tell_breaches(const struct case_file *cf, const struct breaches *b, unsigned int judged,
			  struct finding *f)
{
	char number[24], others[32] = "";

	if (!b->count) {
		finding_set(f, VERDICT_PASS, "%u numbers as wanted", judged);
		return;
	}
	if (b->count > 1)
		snprintf(others, sizeof(others), ", and %u more", b->count - 1);
	finding_set(f, VERDICT_FAIL, "reason %s, %s leaf: eax=%x ebx=%x ecx=%x edx=%x%s",
		    reason_number(cf->vendor, b->number, number), b->leaf, b->regs.eax, b->regs.ebx,
		    b->regs.ecx, b->regs.edx, others);
}

/* Compares both leaves of a number with one value. */
static void judge_number(const struct point *p, unsigned int index, const struct edition_answer *want,
			 struct breaches *b)
{
	const struct sweep_answer *a = &p->sweep[index];

	if (!edition_is_answer(want, &a->exits))
		add_breach(b, em_sweep_number(index), "exits", &a->exits);
	if (em_leaves_of(p->layout).reason_cycles && !edition_is_answer(want, &a->cycles))
		add_breach(b, em_sweep_number(index), "cycles", &a->cycles);
}

static void put_register(char *text, size_t size, const char *name, uint32_t value, bool is_any)
{
	size_t len = strlen(text);

	if (!is_any)
		snprintf(text + len, size - len, "%s%s=%s%x", len ? ", " : "", name, value > 9 ? "0x" : "", value);
}

static void want_answer(const struct edition_answer *a, const char *whose, struct finding *f)
{
	char text[80] = "";

	put_register(text, sizeof(text), "eax", a->regs.eax, a->any & 1 << 0);
	put_register(text, sizeof(text), "ebx", a->regs.ebx, a->any & 1 << 1);
	put_register(text, sizeof(text), "ecx", a->regs.ecx, a->any & 1 << 2);
	put_register(text, sizeof(text), "edx", a->regs.edx, a->any & 1 << 3);
	finding_wanted(f, "%s for %s", *text ? text : "anything", whose);
}

void clause_regs_undefined(const struct case_file *cf, const struct point *p, struct finding *f)
{
	struct breaches b = { 0 };
	unsigned int judged = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		if (standing(cf, i) != REASON_UNDEFINED)
			continue;
		judge_number(p, i, &cf->edition->undefined, &b);
		judged++;
	}
	want_answer(&cf->edition->undefined, "every number the manual does not define", f);
	tell_breaches(cf, &b, judged, f);
}

void clause_regs_not_enabled(const struct case_file *cf, const struct point *p, struct finding *f)
{
	struct breaches b = { 0 };
	unsigned int judged = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		if (standing(cf, i) != REASON_DEFINED ||
		    cf->enabled.has_handler[i])
			continue;
		judge_number(p, i, &cf->edition->not_enabled, &b);
		judged++;
	}
	want_answer(&cf->edition->not_enabled, "every reason that KVM does not enable", f);
	tell_breaches(cf, &b, judged, f);
}

/* Without the list of handlers, only a reason that has counted is known to be valid. */
static bool is_valid(const struct case_file *cf, const struct point *p, unsigned int index)
{
	if (standing(cf, index) != REASON_DEFINED)
		return false;
	if (case_has_input(cf, CASE_ENABLED))
		return cf->enabled.has_handler[index];
	return p->sweep[index].exits.eax != 0;
}

void clause_regs_valid(const struct case_file *cf, const struct point *p, struct finding *f)
{
	bool has_cycles = em_leaves_of(p->layout).reason_cycles != 0;
	struct breaches b = { 0 };
	unsigned int judged = 0;

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct em_regs *x = &p->sweep[i].exits, *c = &p->sweep[i].cycles;

		if (!is_valid(cf, p, i))
			continue;
		if (x->ebx || x->ecx || x->edx)
			add_breach(&b, em_sweep_number(i), "exits", x);
		if (has_cycles && (c->eax || c->edx))
			add_breach(&b, em_sweep_number(i), "cycles", c);
		judged++;
	}
	tell_breaches(cf, &b, judged, f);
}

static bool judge_total(const struct leaf_record *leaf, bool has_exits, bool has_cycles,
			struct finding *f)
{
	const struct em_regs *r = &leaf->regs;

	if ((has_exits || !r->eax) && (has_cycles || (!r->ebx && !r->ecx)) && !r->edx)
		return true;
	finding_wanted(f, "%s%s, 0 in the other registers of leaf 0x%X", has_exits ? "exits in eax" :
		       "", has_cycles ? (has_exits ? " and cycles in ebx:ecx" : "cycles in ebx:ecx") :
		       "", leaf->fn);
	finding_set(f, VERDICT_FAIL, "eax=%x ebx=%x ecx=%x edx=%x", r->eax, r->ebx, r->ecx, r->edx);
	return false;
}

/*
 * The leaf of total exits also tells total cycles, except in `reversed`: they lie between those
 * read around it.
 */
static bool judge_both(const struct point *p, enum em_tag tag, enum em_tag before,
		       struct finding *f)
{
	uint64_t low = before ? regs_cycles(&p->leaf[before].regs) : 0;
	uint64_t here = regs_cycles(&p->leaf[tag].regs);
	uint64_t high = regs_cycles(&p->leaf[tag + 1].regs);

	if (here && low <= here && here <= high)
		return true;
	finding_wanted(f, "cycles in ebx:ecx of leaf 0x%X too, between %" PRIu64 " and %" PRIu64,
		       p->leaf[tag].fn, low, high);
	finding_set(f, VERDICT_FAIL, "%" PRIu64, here);
	return false;
}

void clause_regs_totals(const struct case_file *cf, const struct point *p, struct finding *f)
{
	static const enum em_tag totals[] = {
		EM_TAG_FIRST_TOTAL, EM_TAG_AGAIN_TOTAL, EM_TAG_BEFORE_TOTAL, EM_TAG_AFTER_TOTAL,
	};
	bool is_combined = p->layout == EM_COMBINED, has_both = p->layout != EM_REVERSED;

	(void)cf;
	for (unsigned int i = 0; i < sizeof(totals) / sizeof(*totals); i++) {
		enum em_tag tag = totals[i];

		if (!judge_total(&p->leaf[tag], true, has_both, f) ||
		    !judge_total(&p->leaf[tag + 1], is_combined, true, f) ||
		    (has_both && !judge_both(p, tag, i ? totals[i - 1] + 1 : 0, f)))
			return;
	}
	finding_wanted(f, "0 in each register that the leaf does not define");
}
