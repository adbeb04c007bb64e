// SPDX-License-Identifier: GPL-2.0-only
#include "batch/shard.h"

#include <stdio.h>
#include <string.h>

int shard_parse(const char *text, struct shard *ret, struct error *err)
{
	int end = 0;

	if (strspn(text, "0123456789/") == strlen(text) &&
	    sscanf(text, "%5u/%5u%n", &ret->k, &ret->n, &end) == 2 && !text[end] && ret->k >= 1 &&
	    ret->k <= ret->n)
		return 0;
	return error_set(err, STATUS_USAGE,
			 "--shard takes K/N, as 2/8 for the second of eight parts, not '%s'", text);
}

bool shard_has(const struct shard *shard, const struct plan *plan, size_t index)
{
	if (!shard->n)
		return true;
	if (plan->repetitions >= shard->n)
		index = plan->runs[index].repetition - 1;
	return index % shard->n == shard->k - 1;
}
