// SPDX-License-Identifier: GPL-2.0-only
/*
 * All four registers of every leaf that is told: a register that the leaf does not define is
 * written, with 0.  What is wrong is told by kinds, since one mistake mostly shows at many numbers.
 */
#include <inttypes.h>
#include <string.h>

#include "judge/breaches.h"
#include "judge/clause.h"
#include "judge/reasons.h"

static const struct em_regs zeros = { 0, 0, 0, 0 };

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

/* Compares what the leaves of reasons answered for a number with one value. */
static void judge_answers(const struct case_file *cf, uint32_t number, const struct em_regs *exits,
			  const struct em_regs *cycles, const struct edition_answer *want, struct breaches *b)
{
	unsigned int which = REGS_ALL & ~want->any;

	if (case_tells(cf, FIGURE_REASON_EXITS))
		breaches_add(b, &(struct reading){ "exits", case_leaf(cf, FIGURE_REASON_EXITS), number, exits },
			     &want->regs, which);
	if (case_tells(cf, FIGURE_REASON_CYCLES))
		breaches_add(b, &(struct reading){ "cycles", case_leaf(cf, FIGURE_REASON_CYCLES), number, cycles },
			     &want->regs, which);
	b->judged++;
}

static void judge_number(const struct case_file *cf, const struct point *p, unsigned int index,
			 const struct edition_answer *want, struct breaches *b)
{
	const struct sweep_answer *a = &p->sweep[index];

	judge_answers(cf, em_sweep_number(index), &a->exits, &a->cycles, want, b);
}

/* Whether the leaves of reasons tell anything; if not, another clause says so. */
static bool tells_reasons(const struct case_file *cf, struct finding *f)
{
	if (case_tells(cf, FIGURE_REASON_EXITS) || case_tells(cf, FIGURE_REASON_CYCLES))
		return true;
	finding_set(f, VERDICT_SKIP, "this KVM tells nothing of a reason");
	return false;
}

/* A number whose low 16 bits are those of a reason that has counted. */
static void judge_high_number(const struct case_file *cf, const struct point *p, struct breaches *b)
{
	const struct em_regs *asked = p->asked[EM_ASKED_HIGH];
	uint32_t cycles = case_leaf(cf, FIGURE_REASON_CYCLES);

	if (p->asked_count == EM_ASKED)
		judge_answers(cf, em_asked_reason(EM_ASKED_HIGH, p->asked_cpuid),
			      &asked[case_leaf(cf, FIGURE_REASON_EXITS) - EM_LEAF_FIRST],
			      &asked[cycles ? cycles - EM_LEAF_FIRST : 0], &cf->edition->undefined, b);
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

	if (!tells_reasons(cf, f))
		return;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (standing(cf, i) == REASON_UNDEFINED)
			judge_number(cf, p, i, &cf->edition->undefined, &b);
	judge_high_number(cf, p, &b);
	want_answer(&cf->edition->undefined, "every number the manual does not define", f);
	breaches_tell(&b, cf->vendor, f);
}

void clause_regs_not_enabled(const struct case_file *cf, const struct point *p, struct finding *f)
{
	struct breaches b = { 0 };

	if (!tells_reasons(cf, f))
		return;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		if (standing(cf, i) == REASON_DEFINED && !cf->enabled.has_handler[i])
			judge_number(cf, p, i, &cf->edition->not_enabled, &b);
	want_answer(&cf->edition->not_enabled, "every reason that KVM does not enable", f);
	breaches_tell(&b, cf->vendor, f);
}

/* Without the list of handlers, only a reason that has counted is known to be valid. */
static bool is_valid(const struct case_file *cf, const struct point *p, unsigned int index)
{
	if (standing(cf, index) != REASON_DEFINED)
		return false;
	if (case_has_input(cf, CASE_ENABLED))
		return cf->enabled.has_handler[index];
	return case_tells(cf, FIGURE_REASON_EXITS) ? p->sweep[index].exits.eax != 0 :
		regs_cycles(&p->sweep[index].cycles) != 0;
}

void clause_regs_valid(const struct case_file *cf, const struct point *p, struct finding *f)
{
	bool has_exits = case_tells(cf, FIGURE_REASON_EXITS), has_cycles = case_tells(cf, FIGURE_REASON_CYCLES);
	struct breaches b = { .may_leak = true };

	if (!tells_reasons(cf, f))
		return;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &p->sweep[i];
		uint32_t number = em_sweep_number(i);

		if (!is_valid(cf, p, i))
			continue;
		if (has_exits)
			breaches_add(&b, &(struct reading){ "exits", case_leaf(cf, FIGURE_REASON_EXITS), number, &a->exits },
				     &zeros, REGS_ALL & ~REG_BIT(EM_EAX));
		if (has_cycles)
			breaches_add(&b, &(struct reading){ "cycles", case_leaf(cf, FIGURE_REASON_CYCLES), number,
				     &a->cycles }, &zeros, REG_BIT(EM_EAX) | REG_BIT(EM_EDX));
		b.judged++;
	}
	breaches_tell(&b, cf->vendor, f);
}

/* Who reads 0xffffffff in edx takes the reason for an undefined one, whatever the other registers hold. */
void clause_sentinel_valid(const struct case_file *cf, const struct point *p, struct finding *f)
{
	const struct edition_answer *undefined = &cf->edition->undefined;
	uint32_t edx = undefined->regs.edx;
	unsigned int judged = 0;
	char number[24];

	if (!edx || undefined->any & REG_BIT(EM_EDX)) {
		finding_set(f, VERDICT_SKIP, "edx tells no undefined reason");
		return;
	}
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &p->sweep[i];

		if (!is_valid(cf, p, i))
			continue;
		judged++;
		if (a->exits.edx != edx && (!case_tells(cf, FIGURE_REASON_CYCLES) || a->cycles.edx != edx))
			continue;
		finding_set(f, VERDICT_FAIL, "reason %s: eax=%x, edx=%x",
			    reason_number(cf->vendor, em_sweep_number(i), number), a->exits.eax, edx);
		return;
	}
	finding_set(f, VERDICT_PASS, "%u numbers as wanted", judged);
}

/* The registers of a leaf that its figures do not take.  In split, the leaf of total exits may tell both. */
static unsigned int rest_of(enum em_layout layout, uint32_t leaf)
{
	unsigned int rest = REGS_ALL;

	if (em_wanted_exits(layout, leaf) >= EM_HOLDS_TOTAL)
		rest &= ~REG_BIT(EM_EAX);
	if (em_wanted_cycles(layout, leaf) >= EM_HOLDS_TOTAL)
		rest &= ~(REG_BIT(EM_EBX) | REG_BIT(EM_ECX));
	return rest;
}

static void judge_totals(const struct case_file *cf, const struct point *p, enum figure_bit figure, enum em_tag tag,
			 struct breaches *b)
{
	const struct leaf_record *leaf = &p->leaf[tag];

	if (!case_tells(cf, figure))
		return;
	breaches_add(b, &(struct reading){ figure == FIGURE_EXITS ? "total exits" : "total cycles", leaf->fn, leaf->sub,
		     &leaf->regs }, &zeros, rest_of(p->layout, leaf->fn));
	b->judged++;
}

static const enum em_tag totals[] = {
	EM_TAG_FIRST_TOTAL, EM_TAG_AGAIN_TOTAL, EM_TAG_BEFORE_TOTAL, EM_TAG_AFTER_TOTAL,
};

void clause_regs_totals(const struct case_file *cf, const struct point *p, struct finding *f)
{
	struct breaches b = { .is_of_totals = true, .may_leak = true };

	for (unsigned int i = 0; i < sizeof(totals) / sizeof(*totals); i++) {
		judge_totals(cf, p, FIGURE_EXITS, totals[i], &b);
		judge_totals(cf, p, FIGURE_CYCLES, totals[i] + 1, &b);
	}
	if (b.judged)
		breaches_tell(&b, cf->vendor, f);
	else
		finding_set(f, VERDICT_SKIP, "this KVM tells no totals");
	finding_wanted(f, "0 in each register that the leaf does not define");
}

/* In `split`, the leaf of total exits tells total cycles too: they lie between those read around it. */
void clause_both_totals(const struct case_file *cf, const struct point *p, struct finding *f)
{
	(void)cf;
	if (p->layout != EM_SPLIT) {
		finding_set(f, VERDICT_SKIP, "no two leaves of this layout tell total cycles");
		return;
	}
	for (unsigned int i = 0; i < sizeof(totals) / sizeof(*totals); i++) {
		const struct leaf_record *leaf = &p->leaf[totals[i]];
		uint64_t low = i ? regs_cycles(&p->leaf[totals[i - 1] + 1].regs) : 0;
		uint64_t here = regs_cycles(&leaf->regs), high = regs_cycles(&p->leaf[totals[i] + 1].regs);

		if (here && low <= here && here <= high)
			continue;
		finding_wanted(f, "cycles in ebx:ecx of leaf 0x%X too, between %" PRIu64 " and %" PRIu64, leaf->fn, low,
			       high);
		finding_set(f, VERDICT_FAIL, "%" PRIu64, here);
		return;
	}
}

void clause_regs_high(const struct case_file *cf, const struct point *p, struct finding *f)
{
	const struct high_record *h = &p->high;

	(void)cf;
	if (p->asked_count != EM_ASKED)
		finding_set(f, VERDICT_SKIP, "an older probe does not read them");
	else if (h->count)
		finding_set(f, VERDICT_FAIL, "%" PRIu64 " answers have something there, the first of them leaf 0x%X, ecx "
			    "0x%X:%s%s%s%s", h->count, h->fn, h->sub, h->halves.eax ? " rax" : "",
			    h->halves.ebx ? " rbx" : "", h->halves.ecx ? " rcx" : "", h->halves.edx ? " rdx" : "");
}
