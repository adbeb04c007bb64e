// SPDX-License-Identifier: GPL-2.0-only
/* batch plan, batch config: what is to be run. */
#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "batch/plan_folder.h"
#include "batch/plan_json.h"
#include "batch/safe_name.h"
#include "command/batch_commands.h"
#include "command/batch_image.h"
#include "command/batch_kernel.h"
#include "command/edition_option.h"
#include "host/host.h"
#include "run/config_json.h"
#include "version.gen.h"

int batch_config(const struct batch_call *call, struct error *err)
{
	json_t *json = config_to_json(call->config, err);
	_cleanup_free_ char *text = NULL;

	if (!json)
		return -1;
	/* Whoever reads it gives the run a nonce and a folder of its own. */
	json_object_set_new(json, "nonce", json_null());
	text = json_dumps(json, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
	json_decref(json);
	puts(text);
	return STATUS_PASS;
}

static int set_word(void *context, struct config *c, const char *axis, const char *word,
		    struct error *err)
{
	const struct config_option *o = config_option_find(axis, strlen(axis));

	(void)context;
	if (!strcmp(axis, "kernel"))
		return batch_kernel_set(c, word, err);
	if (!o || !o->help || !strcmp(axis, "out") || !strcmp(axis, "dry-run") || !strcmp(axis, "json"))
		return error_set(err, STATUS_USAGE,
				 "--axis %s: it is neither kernel nor an option of `run` that a batch "
				 "can vary",
				 axis);
	if (o->type != OPT_FLAG)
		return config_option_set(c, o, word, err);
	if (!strcmp(word, "yes"))
		return config_option_set(c, o, "", err);
	if (strcmp(word, "no"))
		return error_set(err, STATUS_USAGE,
				 "--axis %s takes the words yes and no, not '%s'", axis, word);
	*(bool *)config_field(c, o) = false;
	return 0;
}

/* What each run would settle for itself is settled once, so that all of a variant are the same. */
static int settle(void *images, struct config *c, struct error *err)
{
	if (edition_option_settle(c, err) < 0 || batch_images_settle(images, c, err) < 0)
		return -1;
	c->host = host_choose(c, ((struct batch_images *)images)->progress);
	return 0;
}

/* Both a name and a path may have a = in them: it is the last one behind which there is a file. */
static const char *find_file(const char *word)
{
	const char *last = strrchr(word, '=');

	for (const char *equals = last; equals > word; equals--)
		if (*equals == '=' && access(equals + 1, R_OK) == 0)
			return equals;
	return last;
}

/* A variant of its own configuration: NAME=FILE. */
static int add_variant(struct plan *plan, const char *word, struct batch_images *images, struct error *err)
{
	const char *equals = find_file(word);
	_cleanup_free_ char *title = xasprintf("%.*s", (int)(equals - word), word),
			    *name = safe_name(title);
	json_t *axes = json_pack("{ss}", "variant", title);
	struct config c;
	int rc;

	if (!axes)
		return error_set(err, STATUS_USAGE, "--variant: its name is not UTF-8");
	config_init(&c);
	rc = config_read(&c, equals + 1, err);
	if (rc == 0)
		rc = config_resolve(&c, err);
	if (rc == 0)
		rc = settle(images, &c, err);
	if (rc == 0)
		plan_add_variant(plan, name, json_incref(axes), &c);
	json_decref(axes);
	config_deinit(&c);
	return rc;
}

static int make_plan(const struct batch_call *call, struct batch_images *images, struct plan *plan,
		     struct error *err)
{
	const struct batch_words *w = call->words;
	const struct matrix_ways ways = { set_word, settle, images };
	const struct run_image image = batch_images_tell(images);
	json_t *asked = config_to_json(call->config, err);

	if (!asked)
		return -1;
	json_object_set_new(asked, "nonce", json_null());
	json_object_update(plan->asked, asked);
	json_decref(asked);
	plan->host = call->config->host;
	if (w->variant_count && w->matrix.count)
		return error_set(err, STATUS_USAGE, "take either --axis or --variant");
	for (size_t i = 0; i < w->variant_count; i++)
		if (add_variant(plan, w->variants[i], images, err) < 0)
			return -1;
	if (!w->variant_count && matrix_expand(&w->matrix, call->config, &ways, plan, err) < 0)
		return -1;
	return plan_repeat(plan, w->runs, &image, err);
}

int batch_plan(const struct batch_call *call, struct error *err)
{
	_cleanup_free_ char *dir = NULL;
	struct batch_images images;
	struct progress p;
	struct plan plan;
	char id[65];
	int rc;

	progress_init(&p, stderr, false);
	batch_images_init(&images, &p);
	plan_init(&plan, EXITMETER_VERSION);
	rc = make_plan(call, &images, &plan, err);
	plan_id(&plan, id);
	dir = call->config->out ? xstrdup(call->config->out) :
				  xasprintf("%s/batches/%.12s", call->config->cache, id);
	if (rc == 0)
		rc = plan_folder_check(dir, &plan, err);
	if (rc == 0 && (dir_make(dir, err) < 0 || plan_write(dir, &plan, err) < 0))
		rc = -1;
	if (rc == 0)
		printf("%s\n", dir);
	if (rc == 0)
		progress_note(&p, "%zu runs of %zu variants", plan.run_count, plan.variant_count);
	plan_deinit(&plan);
	batch_images_deinit(&images);
	return rc;
}
