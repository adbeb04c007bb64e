// SPDX-License-Identifier: GPL-2.0-only
#include "batch/plan.h"

#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/config_option.h"

void plan_init(struct plan *plan, const char *program)
{
	*plan = (struct plan){ .program = xstrdup(program),
			       .asked = json_object(),
			       .axes = json_object(),
			       .subjects = json_array() };
}

void plan_deinit(struct plan *plan)
{
	for (size_t i = 0; i < plan->variant_count; i++) {
		free(plan->variants[i].name);
		json_decref(plan->variants[i].axes);
		config_deinit(&plan->variants[i].config);
	}
	for (size_t i = 0; i < plan->run_count; i++)
		free(plan->runs[i].place);
	free(plan->variants);
	free(plan->runs);
	free(plan->program);
	json_decref(plan->asked);
	json_decref(plan->axes);
	json_decref(plan->subjects);
	memset(plan, 0, sizeof(*plan));
}

struct plan_variant *plan_add_variant(struct plan *plan, const char *name, json_t *axes,
				      const struct config *c)
{
	struct plan_variant *v;

	if (plan->variant_count % 64 == 0)
		plan->variants = xrealloc(plan->variants, (plan->variant_count + 64) * sizeof(*v));
	v = &plan->variants[plan->variant_count++];
	v->name = xstrdup(name);
	v->axes = axes ? axes : json_object();
	config_init(&v->config);
	config_copy(&v->config, c);
	text_replace(&v->config.out, NULL);
	text_replace(&v->config.nonce, NULL);
	text_replace(&v->config.run_id, NULL);
	return v;
}

void plan_add_run(struct plan *plan, size_t variant, unsigned int repetition, const char *place,
		  const char *id)
{
	struct plan_run *run;

	if (plan->run_count % 256 == 0)
		plan->runs = xrealloc(plan->runs, (plan->run_count + 256) * sizeof(*run));
	run = &plan->runs[plan->run_count++];
	*run = (struct plan_run){ .place = xstrdup(place), .variant = variant, .repetition = repetition };
	text_fit(run->id, sizeof(run->id), "%s", id);
	if (repetition > plan->repetitions)
		plan->repetitions = repetition;
}

void plan_id(const struct plan *plan, char ret_hex[65])
{
	_cleanup_text_ struct text text = { 0 };
	_cleanup_free_ char *all = NULL;
	FILE *out = text_open(&text);

	fputs("exitmeter batch 1\n", out);
	for (size_t i = 0; i < plan->run_count; i++)
		fprintf(out, "%s %s\n", plan->runs[i].id, plan->runs[i].place);
	all = text_close(&text);
	digest_bytes(all, text.len, ret_hex);
}

long plan_guest_mib(const struct plan *plan)
{
	long mib = 0;

	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].config.memory_mib > mib)
			mib = plan->variants[i].config.memory_mib;
	return mib;
}

const struct plan_run *plan_find(const struct plan *plan, const char *place)
{
	for (size_t i = 0; i < plan->run_count; i++)
		if (!strcmp(plan->runs[i].place, place))
			return &plan->runs[i];
	return NULL;
}

/* A path within a folder is that folder's path, or it goes on with a slash. */
static void move_path(char **path, const char *from, const char *to)
{
	size_t len = from ? strlen(from) : 0;
	char *moved;

	if (!*path || !len || strncmp(*path, from, len) || ((*path)[len] && (*path)[len] != '/'))
		return;
	moved = xasprintf("%s%s", to, *path + len);
	free(*path);
	*path = moved;
}

static void move_paths(struct config *c, const char *from, const char *to)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (config_options[i].type == OPT_PATH)
			move_path(config_field(c, &config_options[i]), from, to);
}

void plan_relocate(struct plan *plan, const char *cache, const char *kit)
{
	for (size_t i = 0; i < plan->variant_count; i++) {
		struct config *c = &plan->variants[i].config;
		_cleanup_free_ char *old_cache = c->cache ? xstrdup(c->cache) : NULL;
		_cleanup_free_ char *old_kit = c->kit ? xstrdup(c->kit) : NULL;

		if (cache)
			move_paths(c, old_cache, cache);
		if (kit)
			move_paths(c, old_kit, kit);
	}
}
