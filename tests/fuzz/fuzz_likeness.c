// SPDX-License-Identifier: GPL-2.0-only
/* A submission's patch: its part has whole lines of the patch, and what sim_c says names rows that there are. */
#include "fuzz.h"

#include "base/error.h"
#include "base/memory.h"
#include "report/likeness.h"

static void likeness_check_part(const char *patch, const char *part)
{
	ALWAYS(strlen(part) <= strlen(patch) + 1);
	ALWAYS(!*part || part[strlen(part) - 1] == '\n');
	while (*part) {
		size_t len = strcspn(part, "\n");

		ALWAYS(len && memmem(patch, strlen(patch), part, len));
		part += len + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xcalloc(1, size + 1), *part;
	struct likeness l = { 0 };

	memcpy(text, data, size);
	part = likeness_added_lines(text);
	likeness_check_part(text, part);
	likeness_parse(&l, text, 3);
	for (size_t i = 0; i < l.count; i++)
		ALWAYS(l.pairs[i].a < l.pairs[i].b && l.pairs[i].b < 3 && l.pairs[i].a_in_b <= 100 &&
		       l.pairs[i].b_in_a <= 100);
	likeness_deinit(&l);
	free(part);
	free(text);
	return 0;
}
