// SPDX-License-Identifier: GPL-2.0-only
#include "report/report_folder.h"

#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "judge/case_file_load.h"
#include "judge/judge.h"
#include "report/plots.h"
#include "report/report.h"
#include "report/report_html.h"
#include "report/summary.h"
#include "report/table.h"

static int write_text(const char *dir, const char *name, const char *text, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	return file_write(path, text, strlen(text), err);
}

/* Takes over the reference. */
static int write_json(const char *dir, const char *name, json_t *json, struct error *err)
{
	_cleanup_free_ char *text = json_format(json);

	json_decref(json);
	return write_text(dir, name, text, err);
}

/* Takes over the text. */
static int write_report(const char *dir, const char *name, char *text, struct error *err)
{
	int ret = write_text(dir, name, text, err);

	free(text);
	return ret;
}

int plot_write(const char *dir, const char *name, const struct plot *plot, struct error *err)
{
	_cleanup_free_ char *script_name = xasprintf(FILE_PLOT_SCRIPT("%s"), name);
	_cleanup_free_ char *data_name = xasprintf(FILE_PLOT_DATA("%s"), name);

	if (write_text(dir, script_name, plot->script, err) < 0)
		return -1;
	return write_text(dir, data_name, plot->data, err);
}

static int write_plots(const char *dir, const struct case_file *cf, struct error *err)
{
	int ret = 0;

	for (int i = 0; ret == 0 && i < PLOTS; i++) {
		struct plot plot;

		if (!plot_make(cf, (enum plot_kind)i, &plot))
			continue;
		ret = plot_write(dir, plot_pictures[i].name, &plot, err);
		plot_deinit(&plot);
	}
	return ret;
}

/* What a workload has printed, as it is: a stranger's words, which are in no other report. */
static int write_output(const char *dir, const struct point *p, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_WORKLOAD_OUTPUT, dir);

	if (p->status != POINT_COMPLETE || !p->ran.seen)
		return 0;
	return file_write(path, (const char *)p->ran.said, p->ran.said_len, err);
}

/* verdicts.json comes last: if it is there, so are the others. */
static int write_all(const char *dir, const struct case_file *cf, const struct judgement *j,
		     struct error *err)
{
	if (write_json(dir, FILE_SUMMARY, summary_to_json(cf), err) < 0 ||
	    write_report(dir, FILE_REPORT, table_format(cf, j, false), err) < 0 ||
	    write_plots(dir, cf, err) < 0 ||
	    write_report(dir, FILE_HTML, report_html(cf, j), err) < 0 ||
	    write_report(dir, FILE_TAP, report_tap(cf, j), err) < 0 ||
	    write_report(dir, FILE_JUNIT, report_junit(cf, j), err) < 0)
		return -1;
	if (write_output(dir, &cf->records.point[EM_WORKED], err) < 0)
		return -1;
	return write_json(dir, FILE_VERDICTS, judgement_to_json(cf, j), err);
}

static int judge_folder(const char *dir, const struct judge_by *by, bool color, char **ret_report,
			enum exit_status *ret_status, struct error *err)
{
	struct case_file *cf = xcalloc(1, sizeof(*cf));
	struct judgement j = { 0 };
	int ret = case_file_load(dir, cf, err);

	if (ret == 0 && by->name)
		ret = case_file_judge_by(cf, by->name, by->own, err);
	if (ret == 0) {
		judge(cf, &j);
		ret = write_all(dir, cf, &j, err);
	}
	if (ret == 0) {
		*ret_status = j.status;
		if (ret_report)
			*ret_report = table_format(cf, &j, color);
	}
	judgement_deinit(&j);
	case_file_deinit(cf);
	free(cf);
	return ret;
}

int report_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
		  struct error *err)
{
	return judge_folder(dir, &(struct judge_by){ 0 }, color, ret_report, ret_status, err);
}

int report_saved_folder_by(const char *dir, const struct judge_by *by, bool color, char **ret_report,
			   enum exit_status *ret_status, struct error *err)
{
	if (seal_check(dir, case_file_inputs, err) < 0)
		return -1;
	return judge_folder(dir, by, color, ret_report, ret_status, err);
}

int report_saved_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
			struct error *err)
{
	return report_saved_folder_by(dir, &(struct judge_by){ 0 }, color, ret_report, ret_status, err);
}
