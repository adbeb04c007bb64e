// SPDX-License-Identifier: GPL-2.0-only
#include "command/batch_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define RUNS_MAX 10000
#define SHARDS_MAX 1000

enum own_option {
	OWN_AXIS,
	OWN_VARIANT,
	OWN_RUNS,
	OWN_SHARD,
	OWN_ENGINE,
	OWN_SHARDS,
	OWN_NODE_CACHE,
	OWN_WAIT,
	OWN_ALL,
	OWN_OPTIONS
};

const char *const batch_own_options[OWN_OPTIONS + 1] = { [OWN_AXIS] = "axis",
							 [OWN_VARIANT] = "variant",
							 [OWN_RUNS] = "runs",
							 [OWN_SHARD] = "shard",
							 [OWN_ENGINE] = "engine",
							 [OWN_SHARDS] = "shards",
							 [OWN_NODE_CACHE] = "node-cache",
							 [OWN_WAIT] = "wait",
							 [OWN_ALL] = "all",
							 NULL };

/* OWN_OPTIONS: it is none of them.  *ret_value: what stands behind its '=', or NULL. */
static enum own_option find(const char *word, const char **ret_value)
{
	*ret_value = NULL;
	for (int i = 0; i < OWN_OPTIONS; i++) {
		size_t len = strlen(batch_own_options[i]);

		if (strncmp(word, "--", 2) || strncmp(word + 2, batch_own_options[i], len))
			continue;
		if (word[2 + len] == '=')
			*ret_value = word + 3 + len;
		if (*ret_value || !word[2 + len])
			return (enum own_option)i;
	}
	return OWN_OPTIONS;
}

static int take_number(unsigned int *ret, enum own_option o, const char *value, unsigned long max,
		       struct error *err)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || end == value || *end || *value == '-' || n < 1 || n > max)
		return error_set(err, STATUS_USAGE, "--%s takes a whole number from 1 to %lu, not '%s'",
				 batch_own_options[o], max, value);
	*ret = (unsigned int)n;
	return 0;
}

static int take(struct batch_words *w, enum own_option o, const char *value, struct error *err)
{
	switch (o) {
	case OWN_AXIS:
		return matrix_add(&w->matrix, value, err);
	case OWN_VARIANT:
		if (!strchr(value, '=') || *value == '=')
			return error_set(err, STATUS_USAGE, "--variant takes NAME=FILE, not '%s'",
					 value);
		if (w->variant_count == VARIANT_FILES_MAX)
			return error_set(err, STATUS_USAGE, "--variant is there more than %d times",
					 VARIANT_FILES_MAX);
		w->variants[w->variant_count++] = value;
		return 0;
	case OWN_RUNS:
		return take_number(&w->runs, o, value, RUNS_MAX, err);
	case OWN_SHARD:
		return shard_parse(value, &w->shard, err);
	case OWN_SHARDS:
		return take_number(&w->shards, o, value, SHARDS_MAX, err);
	case OWN_ENGINE:
		w->engine = value;
		return 0;
	case OWN_NODE_CACHE:
		w->node_cache = value;
		return *value == '/' ?
			       0 :
			       error_set(err, STATUS_USAGE,
					 "--node-cache takes an absolute path, not '%s'", value);
	default:
		return 0;
	}
}

int batch_words_take(int *argc, char **argv, struct batch_words *ret, struct error *err)
{
	int kept = 1;

	*ret = (struct batch_words){ .runs = 1 };
	for (int i = 1; i < *argc; i++) {
		const char *value;
		enum own_option o = find(argv[i], &value);

		if (o == OWN_OPTIONS) {
			argv[kept++] = argv[i];
			continue;
		}
		ret->wait = ret->wait || o == OWN_WAIT;
		ret->all = ret->all || o == OWN_ALL;
		if (o == OWN_WAIT || o == OWN_ALL)
			continue;
		if (!value && i + 1 < *argc)
			value = argv[++i];
		if (!value)
			return error_set(err, STATUS_USAGE, "--%s needs a value", batch_own_options[o]);
		if (take(ret, o, value, err) < 0)
			return -1;
	}
	*argc = kept;
	argv[kept] = NULL;
	return 0;
}
