// SPDX-License-Identifier: GPL-2.0-only
#include "batch/class_plan.h"

#include <jansson.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "run/config_json.h"

static json_t *runs_to_json(const struct class_member *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->run_count; i++)
		json_array_append_new(list, json_pack("{ss ss ss}", "id", m->runs[i].id, "host",
						      host_words[m->runs[i].host], "folder", m->runs[i].place));
	return list;
}

static json_t *member_to_json(const struct class_member *m)
{
	const struct subject *s = m->subject;
	json_t *json = json_object();

	json_object_set_new(json, "name", json_text(s->name));
	json_object_set_new(json, "folder", json_text(s->folder));
	json_object_set_new(json, "source", json_text(s->source));
	json_object_set_new(json, "base", json_text(s->base));
	json_object_set_new(json, "options", json_text(s->options));
	json_object_set(json, "columns", s->columns);
	json_object_set_new(json, "why_not", json_text(s->why_not));
	json_object_set_new(json, "runs", runs_to_json(m));
	return json;
}

char *class_plan(const struct class *class, struct error *err)
{
	json_t *asked = config_to_json(class->config, err), *root, *list;
	char *text;

	if (!asked)
		return NULL;
	root = json_object();
	list = json_array();
	file_format_set(root, FORMAT_PLAN);
	json_object_set_new(root, "program", json_text(class->version));
	json_object_set_new(root, "host", json_text(host_words[class->preferred.host]));
	json_object_set_new(root, "asked", asked);
	for (size_t i = 0; i < class->subjects->count; i++)
		json_array_append_new(list, member_to_json(&class->members[i]));
	json_object_set_new(root, "subjects", list);
	text = json_format(root);
	json_decref(root);
	return text;
}
