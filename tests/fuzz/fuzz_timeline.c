// SPDX-License-Identifier: GPL-2.0-only
/* timeline.csv and phases.txt: what is taken is what was written, and ascends. */
#include "fuzz.h"

#include <string.h>

#include "evidence/timeline.h"

static void timeline_check(const struct timeline *t, const char *text, size_t len)
{
	char *again = timeline_format(t);

	ALWAYS(t->reason_count <= TIMELINE_REASONS_MAX && t->row_count <= TIMELINE_ROWS_MAX);
	/* A number may have zeros before it in the head. */
	ALWAYS(strlen(again) <= len);
	ALWAYS(!memcmp(again, text, sizeof("ms,exits,cycles") - 1));
	for (unsigned int i = 1; i < t->row_count; i++)
		ALWAYS(t->row[i - 1].ms <= t->row[i].ms && t->row[i - 1].exits <= t->row[i].exits);
	free(again);
}

static void phases_check(const struct phases *p, const char *text, size_t len)
{
	char *again = phases_format(p);

	ALWAYS(strlen(again) == len && !memcmp(again, text, len));
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct timeline timeline;
	struct phases phases;
	struct error err = { 0 };

	if (timeline_parse((const char *)data, size, &timeline, &err) == 0)
		timeline_check(&timeline, (const char *)data, size);
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	timeline_deinit(&timeline);
	error_clear(&err);
	if (phases_parse((const char *)data, size, &phases, &err) == 0)
		phases_check(&phases, (const char *)data, size);
	else
		ALWAYS(err.message && fuzz_is_printable(err.message));
	error_clear(&err);
	return 0;
}
