// SPDX-License-Identifier: GPL-2.0-only
#include "command/batch_read.h"

#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "batch/plan_json.h"
#include "command/batch_samples.h"
#include "stats/random.h"

void batch_drop(struct read_batch *b)
{
	batch_samples_free(b->samples, b->plan.variant_count);
	plan_deinit(&b->plan);
}

int batch_read(const char *dir, bool all, struct read_batch *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (!random_is_there())
		return error_set(err, STATUS_SKIP,
				 "this exitmeter was built without GSL, and sums up nothing");
	if (plan_read(dir, &ret->plan, err) < 0)
		return -1;
	ret->samples = batch_samples_read_all(dir, &ret->plan, all, err);
	if (ret->samples)
		return 0;
	batch_drop(ret);
	return -1;
}

int batch_write_json(const char *dir, const char *name, const json_t *json, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name), *text = json_format(json);

	return file_write(path, text, strlen(text), err);
}
