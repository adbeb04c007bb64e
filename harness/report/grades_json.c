// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_json.h"

#include <string.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"

/* --- writing --- */

static json_t *pairs_to_json(const struct grade_pairs *pairs)
{
	json_t *json = json_object();

	for (size_t i = 0; i < pairs->count; i++)
		json_object_set_new(json, pairs->pairs[i].key, json_text(pairs->pairs[i].value));
	return json;
}

static json_t *clause_to_json(const struct grade_clause *c)
{
	json_t *json = json_pack("{so so ss ss so so so}", "id", json_text(c->id), "title",
				 json_text(c->title), "verdict", verdict_name(c->verdict), "weight",
				 weight_name(c->weight), "wanted", json_text(c->wanted), "got",
				 json_text(c->got), "hint", json_text(c->hint));

	if (c->is_leak)
		json_object_set_new(json, "leak", json_true());
	if (c->where)
		json_object_set_new(json, "where", json_text(c->where));
	return json;
}

static json_t *run_to_json(const struct grade_run *run)
{
	json_t *clauses = json_array();

	for (size_t i = 0; i < run->clause_count; i++)
		json_array_append_new(clauses, clause_to_json(&run->clauses[i]));
	return json_pack("{so so so so sb so ss si so so so}", "folder", json_text(run->folder), "host",
			 json_text(run->host), "vendor", json_text(run->vendor), "edition",
			 json_text(run->edition), "edition_found", run->is_edition_found, "asked",
			 json_text(run->asked), "verdict", verdict_name(run->verdict),
			 "exit_code", run->exit_code, "notes", pairs_to_json(&run->notes), "errors",
			 json_text(run->errors), "clauses", clauses);
}

/* The ids of the clauses with that verdict. */
static json_t *list_clauses(const struct grade_view *view, const struct grade_score *score,
			    enum verdict verdict)
{
	json_t *list = json_array();

	for (size_t i = 0; i < view->column_count; i++)
		if (score->cells[i].verdict == verdict)
			json_array_append_new(list, json_string(view->columns[i].id));
	return list;
}

static json_t *hundredths(long value)
{
	return value % 100 ? json_real((double)value / 100) : json_integer(value / 100);
}

static json_t *points_to_json(const struct grade_score *score)
{
	if (!score->item_count)
		return json_null();
	return json_pack("{so so so}", "given", hundredths(score->points.given), "open",
			 hundredths(score->points.open), "of", hundredths(score->points.full));
}

static const char *item_word(enum verdict verdict)
{
	return verdict == VERDICT_PASS ? "given" : verdict == VERDICT_FAIL ? "not given" :
	       verdict == VERDICT_NONE ? "not asked" : "open";
}

static json_t *items_to_json(const struct grade_score *score)
{
	json_t *list = json_array();

	for (size_t i = 0; i < score->item_count; i++) {
		const struct grade_item *item = &score->items[i];

		json_array_append_new(list, json_pack("{so so so ss}", "item", json_text(item->what),
						      "points", hundredths(item->points), "text",
						      json_text(item->text), "result",
						      item_word(item->verdict)));
	}
	return list;
}

static json_t *runs_to_json(const struct grade_row *row)
{
	json_t *runs = json_array();

	for (size_t i = 0; i < row->run_count; i++)
		json_array_append_new(runs, run_to_json(&row->runs[i]));
	return runs;
}

static json_t *row_to_json(const struct grade_view *view, const struct grade_score *score)
{
	const struct grade_row *row = score->row;

	return json_pack("{so so so so ss so ss so so so so so so so}", "subject",
			 json_text(row->name), "folder", json_text(row->folder), "source",
			 json_text(row->source), "columns", pairs_to_json(&row->columns), "state",
			 grade_state_name(row->state), "why", json_text(row->why), "verdict",
			 verdict_name(grade_row_verdict(row)), "failed",
			 list_clauses(view, score, VERDICT_FAIL), "lost",
			 list_clauses(view, score, VERDICT_LOST), "points", points_to_json(score),
			 "items", items_to_json(score), "look", json_text(score->look), "notes",
			 pairs_to_json(&row->notes), "runs", runs_to_json(row));
}

static json_t *pair_to_json(const struct grade_list *list, const struct likeness_pair *p)
{
	return json_pack("{so so si si}", "one", json_text(list->rows[p->a].folder), "another",
			 json_text(list->rows[p->b].folder), "percent_of_one", (int)p->a_in_b,
			 "percent_of_another", (int)p->b_in_a);
}

json_t *grades_to_json(const struct grade_view *view, const struct likeness *likeness)
{
	json_t *json = json_object(), *rows = json_array(), *pairs = json_array();

	file_format_set(json, FORMAT_GRADES);
	for (size_t i = 0; i < view->list->count; i++)
		json_array_append_new(rows, row_to_json(view, &view->scores[i]));
	for (size_t i = 0; i < likeness->count; i++)
		json_array_append_new(pairs, pair_to_json(view->list, &likeness->pairs[i]));
	json_object_set_new(json, "subjects", rows);
	json_object_set_new(json, "likeness", likeness->why_not ? json_null() : json_incref(pairs));
	json_decref(pairs);
	return json;
}

/* --- reading --- */

static int malformed(struct error *err, const char *key)
{
	return error_set(err, STATUS_USAGE, "\"%s\" is missing, or of a wrong type", key);
}

/* Copies a text; null is NULL. */
static int take_text(const json_t *json, const char *key, char **ret, struct error *err)
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_string(value) && !json_is_null(value))
		return malformed(err, key);
	*ret = json_is_string(value) ? xstrdup(json_string_value(value)) : NULL;
	return 0;
}

/* Which of the words it is that `name_of` has for 0 up to `count`; -1: none. */
static int take_word(const json_t *json, const char *key, const char *(*name_of)(unsigned int),
		     int count, struct error *err)
{
	const char *word = json_string_value(json_object_get(json, key));

	for (int i = 0; word && i < count; i++)
		if (!strcmp(word, name_of((unsigned int)i)))
			return i;
	return malformed(err, key);
}

static const char *verdict_word(unsigned int i)
{
	return verdict_name((enum verdict)i);
}

static const char *weight_word(unsigned int i)
{
	return weight_name((enum weight)i);
}

static const char *state_word(unsigned int i)
{
	return grade_state_name((enum grade_state)i);
}

static int take_verdict(const json_t *json, enum verdict *ret, struct error *err)
{
	int word = take_word(json, "verdict", verdict_word, VERDICTS, err);

	*ret = (enum verdict)word;
	return word < 0 ? -1 : 0;
}

/* Before there were editions, every clause was required, and verdicts.json did not say so. */
static int take_weight(const json_t *json, enum weight *ret, struct error *err)
{
	int word = WEIGHT_REQUIRED;

	if (json_object_get(json, "weight"))
		word = take_word(json, "weight", weight_word, WEIGHTS, err);
	*ret = (enum weight)word;
	return word < 0 ? -1 : 0;
}

static int take_clause(struct grade_run *run, const json_t *json, struct error *err)
{
	struct grade_clause *c;

	run->clauses = xrealloc(run->clauses, (run->clause_count + 1) * sizeof(*run->clauses));
	c = &run->clauses[run->clause_count++];
	*c = (struct grade_clause){ .is_leak = json_is_true(json_object_get(json, "leak")) };
	if (take_text(json, "id", &c->id, err) < 0 || take_text(json, "title", &c->title, err) < 0 ||
	    take_verdict(json, &c->verdict, err) < 0 || take_weight(json, &c->weight, err) < 0 ||
	    take_text(json, "wanted", &c->wanted, err) < 0 ||
	    take_text(json, "got", &c->got, err) < 0 || take_text(json, "hint", &c->hint, err) < 0)
		return -1;
	if (json_object_get(json, "where") && take_text(json, "where", &c->where, err) < 0)
		return -1;
	return c->id ? 0 : malformed(err, "id");
}

static int take_pairs(const json_t *json, const char *key, struct grade_pairs *ret, struct error *err)
{
	json_t *object = json_object_get(json, key), *value;
	const char *name;

	if (!json_is_object(object))
		return malformed(err, key);
	json_object_foreach(object, name, value)
		grade_pairs_add(ret, name, json_is_string(value) ? json_string_value(value) : "");
	return 0;
}

int grade_row_parse_run(struct grade_row *row, const json_t *json, struct error *err)
{
	const json_t *clauses = json_object_get(json, "clauses"),
		     *code = json_object_get(json, "exit_code");
	struct grade_run *run;
	const json_t *clause;
	size_t i;

	row->runs = xrealloc(row->runs, (row->run_count + 1) * sizeof(*row->runs));
	run = &row->runs[row->run_count++];
	*run = (struct grade_run){ .exit_code = (int)json_integer_value(code),
				   .is_edition_found = json_is_true(json_object_get(json, "edition_found")) };
	if (!json_is_integer(code))
		return malformed(err, "exit_code");
	if (!json_is_array(clauses))
		return malformed(err, "clauses");
	if (take_pairs(json, "notes", &run->notes, err) < 0 ||
	    take_text(json, "errors", &run->errors, err) < 0 ||
	    take_text(json, "folder", &run->folder, err) < 0 ||
	    take_text(json, "host", &run->host, err) < 0 ||
	    take_text(json, "vendor", &run->vendor, err) < 0 ||
	    take_text(json, "edition", &run->edition, err) < 0 ||
	    (json_object_get(json, "asked") && take_text(json, "asked", &run->asked, err) < 0) ||
	    take_verdict(json, &run->verdict, err) < 0)
		return -1;
	if (!run->folder || *run->folder == '/' || strstr(run->folder, ".."))
		return malformed(err, "folder");
	json_array_foreach(clauses, i, clause)
		if (take_clause(run, clause, err) < 0)
			return -1;
	return 0;
}

static int take_state(const json_t *json, enum grade_state *ret, struct error *err)
{
	int word = take_word(json, "state", state_word, GRADE_STATES, err);

	*ret = (enum grade_state)word;
	return word < 0 ? -1 : 0;
}

static int take_runs(struct grade_row *row, const json_t *json, struct error *err)
{
	const json_t *runs = json_object_get(json, "runs"), *run;
	size_t i;

	if (!json_is_array(runs))
		return malformed(err, "runs");
	json_array_foreach(runs, i, run)
		if (grade_row_parse_run(row, run, err) < 0)
			return -1;
	return 0;
}

/* Files are written by that name. */
static bool is_plain(const char *folder)
{
	return *folder && *folder != '.' && *folder != '-' && !strchr(folder, '/');
}

static int take_row(struct grade_list *list, const json_t *json, struct error *err)
{
	const char *name = json_string_value(json_object_get(json, "subject"));
	const char *folder = json_string_value(json_object_get(json, "folder"));
	struct grade_row *row;

	if (!name || !folder)
		return malformed(err, name ? "folder" : "subject");
	if (!is_plain(folder))
		return malformed(err, "folder");
	row = grades_add(list, name, folder, NULL);
	if (take_text(json, "source", &row->source, err) < 0 ||
	    take_text(json, "why", &row->why, err) < 0 ||
	    take_pairs(json, "columns", &row->columns, err) < 0 ||
	    take_pairs(json, "notes", &row->notes, err) < 0 || take_state(json, &row->state, err) < 0)
		return -1;
	return take_runs(row, json, err);
}

static int take_rows(struct grade_list *list, const json_t *json, struct error *err)
{
	const json_t *rows = json_object_get(json, "subjects"), *row;
	size_t i;

	if (!json_object_get(json, "format") ||
	    json_integer_value(json_object_get(json, "format")) < FORMAT_GRADES)
		return error_set(err, STATUS_USAGE,
				 "it is of an older exitmeter, and does not say where the run "
				 "folders are: grade the class anew");
	if (!json_is_array(rows))
		return malformed(err, "subjects");
	json_array_foreach(rows, i, row)
		if (take_row(list, row, err) < 0)
			return error_wrap(err, "subject %zu", i + 1);
	return 0;
}

int grades_read(const char *dir, struct grade_list *ret, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_GRADES, dir);
	json_error_t je;
	json_t *json = json_load_file(path, 0, &je);
	int rc = -1;

	*ret = (struct grade_list){ 0 };
	if (!json)
		return error_set(err, STATUS_USAGE, "%s: %s", path, je.text);
	if (file_format_check(json, path, FORMAT_GRADES, err) == 0) {
		rc = take_rows(ret, json, err);
		if (rc < 0)
			error_wrap(err, "%s", path);
	}
	json_decref(json);
	if (rc < 0)
		grades_deinit(ret);
	return rc;
}
