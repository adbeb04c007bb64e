// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which layout the leaves answer in.  Only a leaf that clearly tells another kind of figure than
 * the layout wants is wrong here; a leaf that tells no known kind of figure is for other clauses.
 */
#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"

static bool is_elsewhere(enum em_holds told, enum em_holds wanted)
{
	return told >= EM_HOLDS_TOTAL && told != wanted;
}

static const char *title_wanted(enum em_layout layout, uint32_t leaf)
{
	struct leaf_meaning wanted = { .exits = em_wanted_exits(layout, leaf), .cycles = em_wanted_cycles(layout, leaf) };

	return wanted.exits < EM_HOLDS_TOTAL && wanted.cycles < EM_HOLDS_TOTAL ? "nothing" : meaning_title(&wanted);
}

/* Lists the leaves that tell another kind of figure than the layout wants; NULL: there are none. */
static char *list_wrong(const struct case_file *cf, enum em_layout layout)
{
	char *list = NULL;

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		const struct leaf_meaning *m = &cf->meaning[i];
		uint32_t leaf = EM_LEAF_FIRST + i;

		if (is_elsewhere(m->exits, em_wanted_exits(layout, leaf)) ||
		    is_elsewhere(m->cycles, em_wanted_cycles(layout, leaf)))
			text_join(&list, "; ", "0x%X tells %s in place of %s", leaf, meaning_title(m),
				  title_wanted(layout, leaf));
	}
	return list;
}

static void tell_none(const struct case_file *cf, struct finding *f)
{
	_cleanup_free_ char *list = NULL;

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		if (cf->meaning[i].is_answered)
			text_join(&list, "; ", "0x%X tells %s (%s)", EM_LEAF_FIRST + i, meaning_title(&cf->meaning[i]),
				  cf->meaning[i].why);
	finding_set(f, VERDICT_FAIL, "no layout fits: %s", list ? list : "no leaf is answered");
}

void clause_layout(const struct case_file *cf, struct finding *f)
{
	const struct point *p = &cf->records.point[case_last_point(cf)];
	bool is_found = cf->evidence.is_layout_found;
	_cleanup_free_ char *wrong = NULL;

	if (edition_is_none(cf->edition)) {
		finding_wanted(f, "the leaves of one of the editions (kernel-patch/editions)");
		finding_set(f, VERDICT_FAIL, "%s", cf->edition_why);
		return;
	}
	if (!p->asked_count) {
		finding_set(f, VERDICT_SKIP, "an older probe does not tell it");
		return;
	}
	finding_wanted(f, "%s", is_found ? "one of split, combined, reversed" : em_layout_names[p->layout]);
	wrong = list_wrong(cf, p->layout);
	if (is_found && cf->spoken == EM_LAYOUTS)
		tell_none(cf, f);
	else if (!wrong)
		finding_set(f, VERDICT_PASS, "%s%s", em_layout_names[p->layout],
			    is_found && cf->spoken == p->layout ? ", found out" : "");
	else if (cf->spoken != EM_LAYOUTS && cf->spoken != p->layout)
		finding_set(f, VERDICT_FAIL, "%s: %s", em_layout_names[cf->spoken], wrong);
	else
		finding_set(f, VERDICT_FAIL, "no layout: %s", wrong);
}
