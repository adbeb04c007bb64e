// SPDX-License-Identifier: GPL-2.0-only
#include "run/config_json.h"

#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "run/config_option.h"

static json_t *option_to_json(struct config *c, const struct config_option *o)
{
	if (o->type == OPT_NUMBER)
		return json_integer(*(long *)config_field(c, o));
	if (o->type == OPT_FLAG)
		return json_boolean(*(bool *)config_field(c, o));
	if (o->type == OPT_CHOICE)
		return json_string(o->words[*config_choice(c, o)]);
	return *(char **)config_field(c, o) ? json_string(*(char **)config_field(c, o)) : json_null();
}

json_t *config_to_json(const struct config *c, struct error *err)
{
	json_t *root = json_pack("{si}", "format", CONFIG_FORMAT);

	for (size_t i = 0; i < config_option_count; i++) {
		if (json_object_set_new(root, config_options[i].name,
					option_to_json((struct config *)c, &config_options[i])) == 0)
			continue;
		error_set(err, STATUS_USAGE, "the value of --%s is not UTF-8", config_options[i].name);
		json_decref(root);
		return NULL;
	}
	return root;
}

int config_write(const struct config *c, const char *path, struct error *err)
{
	json_t *root = config_to_json(c, err);
	_cleanup_free_ char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENSURE_ASCII) : NULL;

	json_decref(root);
	if (!root)
		return error_wrap(err, "cannot write %s", path);
	if (!text)
		return error_set(err, STATUS_USAGE, "cannot write %s", path);
	return file_write(path, text, strlen(text), err);
}

static bool is_json_type(enum option_type type, const json_t *v)
{
	switch (type) {
	case OPT_NUMBER: return json_is_integer(v);
	case OPT_FLAG: return json_is_boolean(v);
	case OPT_CHOICE: return json_is_string(v);
	default: return json_is_string(v) || json_is_null(v);
	}
}

static int option_from_json(struct config *c, const char *key, const json_t *v, struct error *err)
{
	const struct config_option *o = config_option_find(key, strlen(key));
	_cleanup_free_ char *number = NULL;

	if (!o)
		return error_set(err, STATUS_USAGE, "unknown key '%s'", key);
	if (!is_json_type(o->type, v))
		return error_set(err, STATUS_USAGE, "key '%s' has a value of the wrong type", key);
	if (json_is_null(v) || json_is_false(v))
		return 0;
	if (json_is_integer(v))
		number = xasprintf("%lld", (long long)json_integer_value(v));
	return config_option_set(c, o, number ? number : json_is_true(v) ? "" : json_string_value(v), err);
}

static int check_format(const json_t *format, struct error *err)
{
	if (!format)
		return 0;	/* It was written before there was a number. */
	if (!json_is_integer(format) || json_integer_value(format) < 1)
		return error_set(err, STATUS_USAGE, "the key 'format' is no number of a format");
	if (json_integer_value(format) > CONFIG_FORMAT)
		return error_set(err, STATUS_USAGE,
				 "it is of format %lld, and this exitmeter reads formats up to %d only: "
				 "take a newer one", (long long)json_integer_value(format), CONFIG_FORMAT);
	return 0;
}

int config_from_json(struct config *c, const json_t *root, struct error *err)
{
	const char *key;
	json_t *v;
	int rc;

	if (!json_is_object(root))
		return error_set(err, STATUS_USAGE, "not a JSON object");
	rc = check_format(json_object_get(root, "format"), err);
	json_object_foreach((json_t *)root, key, v) {
		if (rc == 0 && strcmp(key, "format"))
			rc = option_from_json(c, key, v, err);
	}
	return rc;
}

int config_read(struct config *c, const char *path, struct error *err)
{
	json_error_t je;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &je);
	int rc;

	if (!root)
		return error_set(err, STATUS_USAGE, "%s: line %d: %s", path, je.line, je.text);
	rc = config_from_json(c, root, err);
	json_decref(root);
	return rc < 0 ? error_wrap(err, "%s", path) : 0;
}
