// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"

/* The ids of the clauses with that verdict. */
static json_t *list_clauses(const json_t *clauses, const char *verdict)
{
	json_t *list = json_array(), *clause;
	size_t i;

	json_array_foreach(clauses, i, clause) {
		const char *got = json_string_value(json_object_get(clause, "verdict"));

		if (got && !strcmp(got, verdict))
			json_array_append(list, json_object_get(clause, "id"));
	}
	return list;
}

static void add(struct grades *g, json_t *grade)
{
	if (!g->list)
		g->list = json_array();
	json_array_append_new(g->list, grade);
}

int grades_add(struct grades *g, const char *subject, const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, dir);
	json_error_t je;
	json_t *verdicts = json_load_file(path, 0, &je), *clauses;

	if (!verdicts)
		return error_set(err, STATUS_USAGE, "%s: %s", path, je.text);
	if (file_format_check(verdicts, path, FORMAT_VERDICTS, err) < 0) {
		json_decref(verdicts);
		return -1;
	}
	clauses = json_object_get(verdicts, "clauses");
	add(g, json_pack("{ss sO* sO* so so}", "subject", subject,
			 "verdict", json_object_get(verdicts, "verdict"),
			 "exit_code", json_object_get(verdicts, "exit_code"),
			 "failed", list_clauses(clauses, "fail"), "lost", list_clauses(clauses, "lost")));
	json_decref(verdicts);
	return 0;
}

void grades_add_lost(struct grades *g, const char *subject, const char *why)
{
	add(g, json_pack("{ss ss si ss so so}", "subject", subject, "verdict", "lost",
			 "exit_code", STATUS_LOST, "why", why, "failed", json_array(),
			 "lost", json_array()));
}

static const char *text_of(const json_t *grade, const char *key)
{
	const char *text = json_string_value(json_object_get(grade, key));

	return text ? text : "";
}

const char *grades_last_verdict(const struct grades *g)
{
	return text_of(json_array_get(g->list, json_array_size(g->list) - 1), "verdict");
}

static int by_subject(const void *a, const void *b)
{
	return strcmp(text_of(*(json_t *const *)a, "subject"), text_of(*(json_t *const *)b, "subject"));
}

/*
 * Sorts by name, since a subject that ran again was added later.  The caller frees the array only.
 */
static json_t **sort(const struct grades *g, size_t *ret_count)
{
	size_t count = json_array_size(g->list);
	json_t **sorted = xcalloc(count + 1, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = json_array_get(g->list, i);
	qsort(sorted, count, sizeof(*sorted), by_subject);
	*ret_count = count;
	return sorted;
}

int grades_write(const struct grades *g, const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_GRADES, dir);
	_cleanup_free_ char *text = NULL;
	json_t *root = json_object(), *list = json_array();
	size_t count;
	json_t **sorted = sort(g, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append(list, sorted[i]);
	free(sorted);
	file_format_set(root, FORMAT_GRADES);
	json_object_set_new(root, "subjects", list);
	text = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	return file_write(path, text, strlen(text), err);
}

static void print_grade(FILE *out, const json_t *grade)
{
	const json_t *failed = json_object_get(grade, "failed"), *id;
	const char *why = text_of(grade, "why");
	size_t i;

	fprintf(out, "%-40s %-7s", text_of(grade, "subject"), text_of(grade, "verdict"));
	json_array_foreach(failed, i, id)
		fprintf(out, " %s", json_string_value(id));
	fprintf(out, "%s%s\n", *why ? " " : "", why);
}

void grades_print(const struct grades *g, FILE *out)
{
	size_t count;
	json_t **sorted = sort(g, &count);

	fprintf(out, "%-40s %-7s %s\n", "subject", "verdict", "clauses that failed");
	for (size_t i = 0; i < count; i++)
		print_grade(out, sorted[i]);
	free(sorted);
}

static bool has_verdict(const struct grades *g, const char *verdict)
{
	json_t *grade;
	size_t i;

	json_array_foreach(g->list, i, grade)
		if (!strcmp(text_of(grade, "verdict"), verdict))
			return true;
	return false;
}

enum exit_status grades_status(const struct grades *g)
{
	return has_verdict(g, "fail") ? STATUS_FAIL : has_verdict(g, "lost") ? STATUS_LOST : STATUS_PASS;
}

void grades_deinit(struct grades *g)
{
	json_decref(g->list);
	g->list = NULL;
}
