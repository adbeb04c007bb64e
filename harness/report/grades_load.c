// SPDX-License-Identifier: GPL-2.0-only
/* Fills rows of grades from what judging has left in run folders. */
#include "report/grades_json.h"

#include <string.h>

#include "base/memory.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"

static json_t *load(const char *dir, const char *folder, const char *name, int format, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/%s", dir, folder, name);
	json_error_t je;
	json_t *json = json_load_file(path, 0, &je);

	if (!json) {
		error_set(err, STATUS_USAGE, "%s: %s", path, je.text);
	} else if (file_format_check(json, path, format, err) < 0) {
		json_decref(json);
		json = NULL;
	}
	return json;
}

/* Adds a copy of a text of the file's, so that grade_run_parse() reads it as one of a run. */
static void take(json_t *run, const char *key, const json_t *from)
{
	json_object_set(run, key, json_object_get(from, key));
}

static bool has_failed(const struct grade_run *run, const char *id)
{
	for (size_t i = 0; i < run->clause_count; i++)
		if (!strcmp(run->clauses[i].id, id))
			return run->clauses[i].verdict == VERDICT_FAIL;
	return false;
}

static enum grade_state state_of(const struct grade_run *run)
{
	if (has_failed(run, "stable"))
		return GRADE_CRASHED;
	if (has_failed(run, "builds"))
		return GRADE_NOT_BUILT;
	return run->verdict == VERDICT_LOST ? GRADE_LOST : GRADE_MEASURED;
}

int grade_row_add_run(struct grade_row *row, const char *dir, const char *folder, struct error *err)
{
	json_t *verdicts = load(dir, folder, FILE_VERDICTS, FORMAT_VERDICTS, err);
	json_t *summary = verdicts ? load(dir, folder, FILE_SUMMARY, FORMAT_SUMMARY, err) : NULL;
	json_t *json = summary ? json_copy(verdicts) : NULL;
	int ret = -1;

	if (json) {
		json_object_set_new(json, "folder", json_string(folder));
		take(json, "host", summary);
		take(json, "vendor", summary);
		ret = grade_row_parse_run(row, json, err);
	}
	if (ret == 0 && state_of(&row->runs[row->run_count - 1]) > row->state)
		row->state = state_of(&row->runs[row->run_count - 1]);
	json_decref(json);
	json_decref(summary);
	json_decref(verdicts);
	return ret < 0 ? error_wrap(err, "%s/%s", dir, folder) : 0;
}
