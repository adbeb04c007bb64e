// SPDX-License-Identifier: GPL-2.0-only
#include "batch/class_plan.h"

#include "base/json_text.h"
#include "base/memory.h"
#include "batch/plan_json.h"
#include "run/config_json.h"

static json_t *runs_to_json(const struct class_member *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->run_count; i++)
		json_array_append_new(list, json_pack("{ss ss ss}", "id", m->runs[i].run.id, "host",
						      host_words[m->runs[i].host], "folder", m->runs[i].run.place));
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

/* A run whose id is not known was only taken as it was, and nobody else is to carry it out. */
static void add_runs(struct plan *plan, const struct class_member *m)
{
	for (size_t i = 0; i < m->run_count; i++) {
		const struct batch_run *run = &m->runs[i].run;

		if (!run->id[0])
			continue;
		plan_add_variant(plan, run->place, NULL, &m->runs[i].config);
		plan_add_run(plan, plan->variant_count - 1, 0, run->place, run->id);
	}
}

int class_plan_write(const struct class *class, struct error *err)
{
	struct plan plan;
	json_t *asked;
	int rc = -1;

	plan_init(&plan, class->version);
	plan.host = class->preferred.host;
	asked = config_to_json(class->config, err);
	if (asked) {
		json_object_update(plan.asked, asked);
		for (size_t i = 0; i < class->subjects->count; i++) {
			json_array_append_new(plan.subjects, member_to_json(&class->members[i]));
			add_runs(&plan, &class->members[i]);
		}
		rc = plan_write(class->dir, &plan, err);
	}
	json_decref(asked);
	plan_deinit(&plan);
	return rc;
}
