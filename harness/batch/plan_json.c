// SPDX-License-Identifier: GPL-2.0-only
#include "batch/plan_json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"
#include "run/config_json.h"

#define PLAN_BYTES_MAX (256u << 20)
#define PLACE_MAX 200
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static json_t *variants_to_json(const struct plan *plan, struct error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct plan_variant *v = &plan->variants[i];
		json_t *options = config_to_json(&v->config, err), *json = json_object();

		if (!options) {
			json_decref(json);
			json_decref(list);
			return NULL;
		}
		json_object_set_new(json, "name", json_text(v->name));
		json_object_set(json, "axes", v->axes);
		json_object_set_new(json, "options", options);
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *runs_to_json(const struct plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->run_count; i++) {
		const struct plan_run *r = &plan->runs[i];

		json_array_append_new(list, json_pack("{ss ss sI sI}", "id", r->id, "folder",
						      r->place, "variant", (json_int_t)r->variant,
						      "repetition", (json_int_t)r->repetition));
	}
	return list;
}

char *plan_format(const struct plan *plan, struct error *err)
{
	json_t *root, *variants = variants_to_json(plan, err);
	char *text, id[65];

	if (!variants)
		return NULL;
	root = json_object();
	plan_id(plan, id);
	file_format_set(root, FORMAT_PLAN);
	json_object_set_new(root, "program", json_text(plan->program));
	json_object_set_new(root, "host", json_text(host_words[plan->host]));
	json_object_set_new(root, "id", json_string(id));
	json_object_set(root, "asked", plan->asked);
	json_object_set(root, "axes", plan->axes);
	json_object_set(root, "subjects", plan->subjects);
	json_object_set_new(root, "variants", variants);
	json_object_set_new(root, "runs", runs_to_json(plan));
	text = json_format(root);
	json_decref(root);
	return text;
}

/* A plan may come from elsewhere, and its folders lie within its own: NAME/NAME or NAME/NAME/NAME. */
static bool is_place(const char *place)
{
	size_t parts = 0;

	if (strlen(place) > PLACE_MAX)
		return false;
	for (const char *at = place; *at; parts++) {
		size_t len = strcspn(at, "/");

		if (!strspn(at, LETTERS) || strspn(at, "._-" LETTERS) < len)
			return false;
		at += len;
		if (*at && !*++at)
			return false;
	}
	return parts == 2 || parts == 3;
}

static bool is_id(const char *id)
{
	return strlen(id) == 64 && strspn(id, "0123456789abcdef") == 64;
}

static int take_variant(struct plan *plan, json_t *json, struct error *err)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	json_t *axes = json_object_get(json, "axes"), *options = json_object_get(json, "options");
	struct config c;
	int rc;

	if (!name || !json_is_object(axes) || !json_is_object(options))
		return error_set(err, STATUS_USAGE, "a variant has no name, axes or options");
	config_init(&c);
	rc = config_from_json(&c, options, err);
	if (rc == 0)
		plan_add_variant(plan, name, json_incref(axes), &c);
	config_deinit(&c);
	return rc;
}

static int take_run(struct plan *plan, json_t *json, struct error *err)
{
	const char *id = json_string_value(json_object_get(json, "id"));
	const char *place = json_string_value(json_object_get(json, "folder"));
	json_int_t variant = -1, repetition = -1;

	if (json_unpack(json, "{sI sI}", "variant", &variant, "repetition", &repetition) < 0 ||
	    !id || !place)
		return error_set(err, STATUS_USAGE, "a run has no id, folder, variant or repetition");
	if (!is_id(id) || !is_place(place))
		return error_set(err, STATUS_USAGE, "a run has an id or a folder that none can have");
	if (variant < 0 || (size_t)variant >= plan->variant_count || repetition < 0 ||
	    repetition > PLAN_RUNS_MAX)
		return error_set(err, STATUS_USAGE, "the run %s is of a variant that there is not",
				 place);
	plan_add_run(plan, (size_t)variant, (unsigned int)repetition, place, id);
	return 0;
}

static int by_place(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Two runs in one folder would make each other undone, for ever. */
static int check_places(const struct plan *plan, struct error *err)
{
	_cleanup_free_ const char **places = xcalloc(plan->run_count + 1, sizeof(*places));

	for (size_t i = 0; i < plan->run_count; i++)
		places[i] = plan->runs[i].place;
	qsort(places, plan->run_count, sizeof(*places), by_place);
	for (size_t i = 1; i < plan->run_count; i++)
		if (!strcmp(places[i - 1], places[i]))
			return error_set(err, STATUS_USAGE, "two runs have the folder %s", places[i]);
	return 0;
}

static int take_lists(struct plan *plan, json_t *root, struct error *err)
{
	json_t *variants = json_object_get(root, "variants"), *runs = json_object_get(root, "runs");
	json_t *item;
	size_t i;

	if (!json_is_array(variants) || !json_is_array(runs))
		return error_set(err, STATUS_USAGE,
				 "it has no list of variants and runs: an older exitmeter grade "
				 "has made it, and the same command makes it anew");
	if (json_array_size(runs) > PLAN_RUNS_MAX)
		return error_set(err, STATUS_USAGE, "it has more than %d runs", PLAN_RUNS_MAX);
	json_array_foreach(variants, i, item)
		if (take_variant(plan, item, err) < 0)
			return -1;
	json_array_foreach(runs, i, item)
		if (take_run(plan, item, err) < 0)
			return -1;
	return check_places(plan, err);
}

static void take_object(json_t **slot, json_t *root, const char *key)
{
	json_t *value = json_object_get(root, key);

	if (!value || json_typeof(value) != json_typeof(*slot))
		return;
	json_decref(*slot);
	*slot = json_incref(value);
}

static int take_root(struct plan *plan, json_t *root, struct error *err)
{
	const char *host = json_string_value(json_object_get(root, "host")), *id;
	char own[65];

	for (size_t i = 0; host && host_words[i]; i++)
		if (!strcmp(host_words[i], host))
			plan->host = (enum host_type)i;
	take_object(&plan->asked, root, "asked");
	take_object(&plan->axes, root, "axes");
	take_object(&plan->subjects, root, "subjects");
	if (take_lists(plan, root, err) < 0)
		return -1;
	plan_id(plan, own);
	id = json_string_value(json_object_get(root, "id"));
	if (!id || strcmp(id, own))
		return error_set(err, STATUS_USAGE,
				 "its list of runs is not the one that was planned: plan anew");
	return 0;
}

int plan_parse(const char *text, size_t len, struct plan *ret, struct error *err)
{
	json_error_t je;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	const char *program = json_string_value(json_object_get(root, "program"));
	int rc;

	plan_init(ret, program ? program : "?");
	if (!root)
		rc = error_set(err, STATUS_USAGE, FILE_PLAN ": line %d: %s", je.line, je.text);
	else
		rc = file_format_check(root, FILE_PLAN, FORMAT_PLAN, err);
	if (rc == 0)
		rc = take_root(ret, root, err);
	json_decref(root);
	if (rc < 0)
		plan_deinit(ret);
	return rc;
}

int plan_read(const char *path, struct plan *ret, struct error *err)
{
	struct stat st;
	bool is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	_cleanup_free_ char *file = is_folder ? xasprintf("%s/" FILE_PLAN, path) : xstrdup(path);
	size_t len;
	_cleanup_free_ char *text = file_read(file, PLAN_BYTES_MAX, &len, err);

	memset(ret, 0, sizeof(*ret));
	if (!text)
		return -1;
	return plan_parse(text, len, ret, err) < 0 ? error_wrap(err, "%s", file) : 0;
}

int plan_write(const char *dir, const struct plan *plan, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_PLAN, dir);
	_cleanup_free_ char *text = plan_format(plan, err);

	return text ? file_write(path, text, strlen(text), err) : -1;
}
