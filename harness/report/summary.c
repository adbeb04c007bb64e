// SPDX-License-Identifier: GPL-2.0-only
#include "report/summary.h"

#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "judge/figures.h"
#include "judge/operations.h"
#include "judge/reasons.h"
#include "report/summary_rates.h"


/* jansson's integers have 63 bits; only a forged figure is larger. */
static json_t *figure(uint64_t value)
{
	return json_integer(value < INT64_MAX ? (json_int_t)value : INT64_MAX);
}

static json_t *count_and_cycles(uint64_t exits, uint64_t cycles, bool has_cycles)
{
	json_t *json = json_object();

	json_object_set_new(json, "count", figure(exits));
	json_object_set_new(json, "cycles", has_cycles ? figure(cycles) : json_null());
	return json;
}

static void add_reason(json_t *map, enum em_vendor vendor, uint64_t number, json_t *figures)
{
	char key[24];

	json_object_set_new(figures, "name", json_string(reason_name(vendor, number)));
	json_object_set_new(map, reason_number(vendor, number, key), figures);
}

/* The reasons that occurred.  What a leaf says of undefined ones is for the judge. */
static json_t *point_reasons(const struct case_file *cf, const struct point *p)
{
	bool has_cycles = em_leaves_of(p->layout).reason_cycles != 0;
	json_t *map = json_object();

	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++) {
		const struct sweep_answer *a = &p->sweep[i];

		if (case_is_countable(cf, i) && a->exits.eax)
			add_reason(map, cf->vendor, em_sweep_number(i),
				   count_and_cycles(a->exits.eax, regs_cycles(&a->cycles), has_cycles));
	}
	return map;
}

static json_t *point_to_json(const struct case_file *cf, const struct point *p)
{
	const struct leaf_record *total = &p->leaf[EM_TAG_BEFORE_TOTAL];
	const struct leaf_record *cycles = &p->leaf[EM_TAG_BEFORE_CYCLES];
	json_t *json = json_object();

	json_object_set_new(json, "status", json_string(point_status_name(p->status)));
	if (p->status == POINT_TORN)
		json_object_set_new(json, "torn", json_text(p->reason));
	if (p->status != POINT_COMPLETE)
		return json;
	/* What an unpatched KVM answers is no figure. */
	if (!case_has_figures(cf))
		return json;
	json_object_set_new(json, "exits", json_integer(total->regs.eax));
	json_object_set_new(json, "cycles", figure(regs_cycles(&cycles->regs)));
	json_object_set_new(json, "tsc", figure(total->tsc));
	json_object_set_new(json, "reasons", point_reasons(cf, p));
	return json;
}

static json_t *host_to_json(const struct case_file *cf)
{
	const struct host_counters *h = &cf->host;
	json_t *json, *map;

	if (!case_has_input(cf, CASE_HOST))
		return json_null();
	json = json_object();
	map = json_object();
	json_object_set_new(json, "exits", figure(h->exits));
	json_object_set_new(json, "cycles", figure(h->cycles));
	for (unsigned int i = 0; i < h->reason_count; i++)
		add_reason(map, cf->vendor, h->reason[i].number,
			   count_and_cycles(h->reason[i].exits, h->reason[i].cycles, true));
	json_object_set_new(json, "reasons", map);
	json_object_set_new(json, "other", count_and_cycles(h->other_exits, h->other_cycles, true));
	return json;
}

static json_t *scenario_to_json(const struct case_file *cf, enum scenario scenario, const struct figures *f)
{
	json_t *json = json_object(), *map = json_object();
	struct span span;

	scenario_span(cf->evidence.scenario, scenario, &span);
	json_object_set_new(json, "from", json_string(span.from == SCENARIO_START ? "start" :
						      em_point_names[span.from]));
	json_object_set_new(json, "to", json_string(em_point_names[span.to]));
	json_object_set_new(json, "exits", figure(f->exits));
	json_object_set_new(json, "cycles", figure(f->cycles));
	json_object_set_new(json, "probe", f->has_own ?
			    count_and_cycles(f->own_exits, f->own_cycles, true) : json_null());
	for (unsigned int i = 0; i < f->count; i++)
		add_reason(map, cf->vendor, f->row[i].number,
			   count_and_cycles(f->row[i].exits, f->row[i].cycles, f->has_cycles));
	json_object_set_new(json, "reasons", map);
	return json;
}

/* Every scenario that the run contains, if its points arrived. */
static json_t *scenarios_to_json(const struct case_file *cf)
{
	struct figures *f = xcalloc(1, sizeof(*f));
	json_t *json = json_object();

	for (int i = 0; i < SCENARIOS; i++)
		if (figures_of_scenario(cf, (enum scenario)i, f))
			json_object_set_new(json, scenario_name((enum scenario)i),
					    scenario_to_json(cf, (enum scenario)i, f));
	free(f);
	return json;
}

static json_t *operation_to_json(const struct case_file *cf, enum em_op op)
{
	struct operation_figures f;
	json_t *json = json_object(), *map = json_object();

	operation_figures(cf, op, &f);
	json_object_set_new(json, "name", json_string(em_op_names[op]));
	json_object_set_new(json, "title", json_string(operation_title(op)));
	json_object_set_new(json, "n", figure(f.record->n));
	json_object_set_new(json, "tries", figure(f.record->tries));
	json_object_set_new(json, "tsc", figure(f.record->tsc));
	json_object_set_new(json, "not_done", f.record->why == EM_OP_DONE ? json_null() :
			    json_string(operation_why(f.record->why)));
	json_object_set_new(json, "exits", f.has_exits ? figure(f.exits) : json_null());
	json_object_set_new(json, "cycles", f.has_cycles ? figure(f.cycles) : json_null());
	for (unsigned int i = 0; i < f.count; i++)
		add_reason(map, cf->vendor, f.row[i].number,
			   count_and_cycles(f.row[i].exits, f.row[i].cycles, f.has_reason_cycles));
	if (f.has_reasons)
		json_object_set(json, "reasons", map);
	json_decref(map);
	return json;
}

static json_t *operations_to_json(const struct case_file *cf)
{
	json_t *json = json_array();

	for (int op = 0; op < EM_OPS; op++)
		json_array_append_new(json, operation_to_json(cf, (enum em_op)op));
	return json;
}

/* What was handed in as source, and how it went into the host's kernel. */
static json_t *submission_to_json(const struct submission_notes *n)
{
	json_t *json = json_object(), *files = json_array();

	for (unsigned int i = 0; i < n->file_count; i++)
		json_array_append_new(files, json_pack("{s:s, s:s}", "path", n->file[i].path, "carried",
						       carry_names[n->file[i].carry]));
	json_object_set_new(json, "form", json_string(n->form));
	json_object_set_new(json, "base", json_string(n->base));
	json_object_set_new(json, "vendors", json_string(touched_names[n->touched]));
	json_object_set_new(json, "carried", json_string(carry_names[submission_worst_carry(n)]));
	json_object_set_new(json, "files", files);
	return json;
}

/* Its words are in a file of their own. */
static json_t *ran_to_json(const struct ran_record *r)
{
	json_t *json = json_object();

	json_object_set_new(json, "end", json_string(em_run_ends[r->end]));
	json_object_set_new(json, "code", figure(r->code));
	json_object_set_new(json, "ms", figure(r->ms));
	json_object_set_new(json, "bytes", figure(r->bytes));
	json_object_set_new(json, "kept", figure(r->said_len));
	return json;
}

json_t *summary_to_json(const struct case_file *cf)
{
	const struct ran_record *ran = &cf->records.point[EM_WORKED].ran;
	json_t *json = evidence_to_json(&cf->evidence), *points = json_object();

	for (int i = 0; i < EM_POINTS; i++)
		if (case_wants_point(cf, (enum em_point)i))
			json_object_set_new(points, em_point_names[i],
					    point_to_json(cf, &cf->records.point[i]));
	file_format_set(json, FORMAT_SUMMARY);
	json_object_set_new(json, "judged_by", json_pack("{ss ss so}", "edition", cf->edition->name,
							 "title", cf->edition->title, "why",
							 json_text(cf->edition_why)));
	json_object_set_new(json, "vendor", json_string(em_vendor_names[cf->vendor]));
	json_object_set_new(json, "vcpus", json_integer(cf->vcpus));
	if (case_has_input(cf, CASE_SUBMISSION))
		json_object_set_new(json, "submission", submission_to_json(&cf->submission));
	json_object_set_new(json, "points", points);
	json_object_set_new(json, "scenarios", scenarios_to_json(cf));
	if (ran->seen)
		json_object_set_new(json, "workload_run", ran_to_json(ran));
	if (operations_are_told(cf))
		json_object_set_new(json, "operations", operations_to_json(cf));
	json_object_set_new(json, "host_counters", host_to_json(cf));
	summary_add_rates(cf, json);
	return json;
}
