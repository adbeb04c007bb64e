// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which layout the leaves answer in.  Only a leaf that clearly tells another kind of figure than
 * the layout wants is wrong here; a leaf that tells no known kind of figure is for other clauses.
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "judge/clause.h"


static enum em_role role_at(const struct point *p, unsigned int leaf)
{
	return em_role_of(&p->asked[EM_ASKED_UNDEFINED][leaf], &p->asked[EM_ASKED_CPUID][leaf]);
}

/* Lists the leaves that tell another kind of figure than the layout wants; NULL: there are none. */
static char *list_wrong(const struct point *p)
{
	char *list = NULL;

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++) {
		enum em_role is = role_at(p, i), wanted = em_role_wanted(p->layout, EM_LEAF_FIRST + i);

		/* What the layout does not define is for other clauses. */
		if (is == EM_ROLE_UNKNOWN || wanted == EM_ROLE_UNKNOWN || is == wanted)
			continue;
		text_join(&list, "; ", "0x%X tells %s in place of %s", EM_LEAF_FIRST + i, em_role_names[is],
			  em_role_names[wanted]);
	}
	return list;
}

void clause_layout(const struct case_file *cf, struct finding *f)
{
	const struct point *p = &cf->records.point[case_last_point(cf)];
	_cleanup_free_ char *wrong = NULL;
	enum em_layout spoken;

	if (p->asked_count != EM_ASKED) {
		finding_set(f, VERDICT_SKIP, "an older probe does not tell it");
		return;
	}
	spoken = em_layout_spoken(p->asked);
	finding_wanted(f, "%s", cf->evidence.is_layout_found ? "one of split, combined, reversed" :
		       em_layout_names[cf->evidence.layout]);
	wrong = list_wrong(p);
	if (!wrong)
		finding_set(f, VERDICT_PASS, "%s%s", em_layout_names[p->layout],
			    cf->evidence.is_layout_found && spoken == p->layout ? ", found out" : "");
	else if (spoken != EM_LAYOUTS)
		finding_set(f, VERDICT_FAIL, "%s: %s", em_layout_names[spoken], wrong);
	else
		finding_set(f, VERDICT_FAIL, "no layout: %s", wrong);
}
