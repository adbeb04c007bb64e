// SPDX-License-Identifier: GPL-2.0-only
#include "judge/breaches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/reasons.h"

#define TOLD_MAX 4

/* What a register holds in place of what it should. */
enum held { HELD_RIGHT, HELD_UNWRITTEN, HELD_ZERO, HELD_ONES, HELD_OTHER, HELDS };

static enum held hold(const struct reading *r, enum em_register reg, uint32_t want)
{
	const struct em_answers a = { .fn = r->leaf, .count = 1, .sub = { r->number } };
	uint32_t is = em_register_of(r->regs, reg);

	if (is == want)
		return HELD_RIGHT;
	if (is == em_seed(&a, reg, 0))
		return HELD_UNWRITTEN;
	if (!is)
		return HELD_ZERO;
	return is == 0xffffffff ? HELD_ONES : HELD_OTHER;
}

static struct breach *find(struct breaches *b, const char *title, unsigned int held)
{
	for (unsigned int i = 0; i < b->kinds; i++)
		if (b->kind[i].held == held && !strcmp(b->kind[i].title, title))
			return &b->kind[i];
	return b->kinds < BREACH_KINDS_MAX ? &b->kind[b->kinds++] : &b->kind[BREACH_KINDS_MAX - 1];
}

void breaches_add(struct breaches *b, const struct reading *r, const struct em_regs *want, unsigned int which)
{
	unsigned int held = 0;
	struct breach *kind;

	for (int reg = EM_REGISTERS - 1; reg >= 0; reg--)
		held = held * HELDS + (which & REG_BIT(reg) ?
				       hold(r, (enum em_register)reg, em_register_of(want, (enum em_register)reg)) :
				       HELD_RIGHT);
	if (!held)
		return;
	kind = find(b, r->title, held);
	b->count++;
	if (!kind->count++)
		*kind = (struct breach){ .title = r->title, .held = held, .count = 1, .first = r->number,
					 .regs = *r->regs };
	kind->last = r->number;
}

static int by_count(const void *a, const void *b)
{
	const struct breach *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* A small number is a counter's, and what is in eax may be one. */
static bool is_word(enum em_register reg, uint32_t is)
{
	return reg != EM_EAX && is >= 0x10000;
}

static bool has_word(const struct breach *kind)
{
	unsigned int held = kind->held;

	for (int reg = 0; reg < EM_REGISTERS; reg++, held /= HELDS)
		if (held % HELDS == HELD_OTHER &&
		    is_word((enum em_register)reg, em_register_of(&kind->regs, (enum em_register)reg)))
			return true;
	return false;
}

/* What a stranger's kernel may have left in a register is shown by half. */
static void tell_registers(const struct breach *kind, char **text)
{
	static const char *const names[EM_REGISTERS] = { "eax", "ebx", "ecx", "edx" };
	unsigned int held = kind->held;

	for (int reg = 0; reg < EM_REGISTERS; reg++, held /= HELDS) {
		uint32_t is = em_register_of(&kind->regs, (enum em_register)reg);

		switch ((enum held)(held % HELDS)) {
		case HELD_UNWRITTEN:
			text_join(text, ", ", "%s is left unwritten", names[reg]);
			break;
		case HELD_ZERO:
		case HELD_ONES:
			text_join(text, ", ", "%s=%x", names[reg], is);
			break;
		case HELD_OTHER:
			if (is_word((enum em_register)reg, is))
				text_join(text, ", ", "%s=%04x....", names[reg], is >> 16);
			else
				text_join(text, ", ", "%s=%x", names[reg], is);
			break;
		default:
			break;
		}
	}
}

static void tell_kind(const struct breaches *b, const struct breach *kind, enum em_vendor vendor, char **text)
{
	_cleanup_free_ char *registers = NULL;
	char first[24], last[24];

	tell_registers(kind, &registers);
	reason_number(vendor, kind->first, first);
	reason_number(vendor, kind->last, last);
	if (b->is_of_totals)
		text_join(text, "; ", "the leaf of %s: %s", kind->title, registers);
	else if (kind->count == 1)
		text_join(text, "; ", "reason %s, %s leaf: %s", first, kind->title, registers);
	else
		text_join(text, "; ", "%u reasons from %s to %s, %s leaf: %s", kind->count, first, last, kind->title,
			  registers);
}

void breaches_tell(struct breaches *b, enum em_vendor vendor, struct finding *f)
{
	_cleanup_free_ char *text = NULL;

	if (!b->count) {
		finding_set(f, VERDICT_PASS, "%u %s as wanted", b->judged, b->is_of_totals ? "readings" : "numbers");
		return;
	}
	qsort(b->kind, b->kinds, sizeof(b->kind[0]), by_count);
	for (unsigned int i = 0; i < b->kinds && b->may_leak; i++)
		f->is_leak |= has_word(&b->kind[i]);
	for (unsigned int i = 0; i < b->kinds && i < TOLD_MAX; i++)
		tell_kind(b, &b->kind[i], vendor, &text);
	if (b->kinds > TOLD_MAX)
		text_join(&text, "; ", "and %u more kinds", b->kinds - TOLD_MAX);
	finding_set(f, VERDICT_FAIL, "%s", text);
}
