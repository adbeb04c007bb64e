// SPDX-License-Identifier: GPL-2.0-only
/* An edition of somebody's own: what is taken is whole, and what is refused says so in one line. */
#include "fuzz.h"

#include "judge/clause.h"
#include "judge/edition_parse.h"

static void edition_check(const struct edition *e)
{
	ALWAYS(*e->title && fuzz_is_printable(e->title) && !strcmp(e->name, "mine"));
	ALWAYS(e->layout < EM_LAYOUTS && e->counted <= EDITION_COUNTS_EITHER && (!e->sdm || e->sdm >= 2000));
	ALWAYS(edition_has(e, FIGURE_ANY) && !edition_is_none(e) && !edition_is_own(e));
	for (unsigned int i = 0; i < clause_count; i++) {
		ALWAYS(e->weight[i] < WEIGHTS);
		ALWAYS(!clauses[i].is_basic || e->weight[i] == WEIGHT_REQUIRED);
		ALWAYS(edition_has(e, clauses[i].figures) || e->weight[i] == WEIGHT_NOT_ASKED);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct edition e;

	if (edition_parse("mine", (const char *)data, size, &e, &err) == 0)
		edition_check(&e);
	else
		ALWAYS(err.message && err.status == STATUS_USAGE && fuzz_is_printable(err.message));
	error_clear(&err);
	return 0;
}
