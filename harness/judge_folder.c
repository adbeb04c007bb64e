// SPDX-License-Identifier: GPL-2.0-only
#include "judge_folder.h"

#include <string.h>

#include "judge.h"
#include "report.h"
#include "seal.h"
#include "summary.h"
#include "table.h"
#include "util.h"

static int write_text(const char *dir, const char *name, const char *text, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	return file_write(path, text, strlen(text), err);
}

/* Takes the reference. */
static int write_json(const char *dir, const char *name, json_t *json, struct error *err)
{
	_cleanup_free_ char *text = json_dumps(json, JSON_INDENT(2));
	_cleanup_free_ char *line = NULL;

	json_decref(json);
	if (!text)
		return error_set(err, STATUS_USAGE, "cannot make %s/%s: a text is no UTF-8", dir, name);
	line = xasprintf("%s\n", text);
	return write_text(dir, name, line, err);
}

/* Takes the text. */
static int write_report(const char *dir, const char *name, char *text, struct error *err)
{
	int ret = write_text(dir, name, text, err);

	free(text);
	return ret;
}

/* The verdict comes last: where it is, the others are. */
static int write_all(const char *dir, const struct run *run, const struct judgement *j,
		     struct error *err)
{
	if (write_json(dir, "summary.json", summary_to_json(run), err) < 0 ||
	    write_report(dir, "report.txt", table_format(run, j, false), err) < 0 ||
	    write_report(dir, "report.tap", report_tap(run, j), err) < 0 ||
	    write_report(dir, "junit.xml", report_junit(run, j), err) < 0)
		return -1;
	return write_json(dir, "verdicts.json", judgement_to_json(j), err);
}

int judge_run_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
		     struct error *err)
{
	struct run *run = xcalloc(1, sizeof(*run));
	struct judgement j = { 0 };
	int ret = seal_check(dir, run_inputs, err);

	if (ret == 0)
		ret = run_load(dir, run, err);
	if (ret == 0) {
		judge(run, &j);
		ret = write_all(dir, run, &j, err);
	}
	if (ret == 0) {
		*ret_status = j.status;
		if (ret_report)
			*ret_report = table_format(run, &j, color);
	}
	judgement_deinit(&j);
	run_deinit(run);
	free(run);
	return ret;
}
