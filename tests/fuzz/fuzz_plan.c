// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan.json, which may come from another machine, as it is and with the right id of its list of runs: what is taken
 * names folders within its own, each once, and variants that there are, and is written as the same again.
 */
#include "fuzz.h"

#include "base/error.h"
#include "base/memory.h"
#include "batch/plan_json.h"

static void plan_check_runs(const struct plan *plan)
{
	ALWAYS(plan->run_count <= PLAN_RUNS_MAX);
	for (size_t i = 0; i < plan->run_count; i++) {
		const struct plan_run *run = &plan->runs[i];

		ALWAYS(run->variant < plan->variant_count && run->repetition <= plan->repetitions);
		ALWAYS(strlen(run->id) == 64 && fuzz_is_printable(run->place));
		ALWAYS(run->place[0] != '/' && run->place[0] != '.' && !strstr(run->place, "/.") &&
		       !strstr(run->place, "//"));
		ALWAYS(plan_find(plan, run->place) == run);
	}
}

static void plan_try(const char *text, size_t len)
{
	struct error err = { 0 };
	struct plan plan, again;
	char *first, *second;

	if (plan_parse(text, len, &plan, &err) < 0) {
		ALWAYS(err.message && !plan.runs && !plan.variants && !plan.axes);
		error_clear(&err);
		return;
	}
	plan_check_runs(&plan);
	first = plan_format(&plan, &err);
	ALWAYS(first && plan_parse(first, strlen(first), &again, &err) == 0);
	second = plan_format(&again, &err);
	ALWAYS(second && !strcmp(first, second));
	free(first);
	free(second);
	plan_deinit(&plan);
	plan_deinit(&again);
}

/* The same with the id that follows from its runs, whatever these are; NULL: it is no object.  The caller frees it. */
static char *plan_with_id(const char *text, size_t len)
{
	json_t *root = json_loadb(text, len, 0, NULL), *run;
	struct plan plan;
	char id[65], *with = NULL;
	size_t i;

	plan_init(&plan, "?");
	json_array_foreach(json_object_get(root, "runs"), i, run) {
		const char *own = json_string_value(json_object_get(run, "id"));
		const char *place = json_string_value(json_object_get(run, "folder"));

		if (own && place)
			plan_add_run(&plan, 0, 0, place, own);
	}
	plan_id(&plan, id);
	if (json_is_object(root)) {
		json_object_set_new(root, "id", json_string(id));
		with = json_dumps(root, 0);
	}
	plan_deinit(&plan);
	json_decref(root);
	return with;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *with = plan_with_id((const char *)data, size);

	plan_try((const char *)data, size);
	if (with)
		plan_try(with, strlen(with));
	return 0;
}
