// SPDX-License-Identifier: GPL-2.0-only
/* grades: writes the grades of a class anew, without a VM. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/edition_option.h"
#include "command/grade_files.h"
#include "report/grades_json.h"
#include "report/report_folder.h"
#include "run/config_parse.h"

/* A class, and by what it is judged. */
struct class_folder {
	const char *dir;
	struct judge_by by;
};

static bool is_there(const char *dir, const struct grade_run *run)
{
	_cleanup_free_ char *folder = xasprintf("%s/%s", dir, run->folder);

	return access(folder, F_OK) == 0;
}

static bool are_there(const char *dir, const struct grade_row *row)
{
	for (size_t i = 0; i < row->run_count; i++)
		if (!is_there(dir, &row->runs[i]))
			return false;
	return row->run_count > 0;
}

/* Judges a run folder, and takes what it then tells. */
static int judge_run(const struct class_folder *class, struct grade_row *row, const char *run, struct error *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/%s", class->dir, run);
	enum exit_status status;

	if (report_saved_folder_by(folder, &class->by, false, NULL, &status, err) < 0)
		return -1;
	return grade_row_add_run(row, class->dir, run, err);
}

/* One that cannot be judged, since it has changed or is of another layout, is a row that says so. */
static void keep_lost(struct grade_row *row, struct grade_run *run, const char *why)
{
	fprintf(stderr, "%s: %s\n", row->folder, why);
	grade_run_lose(run, why);
	row->runs = xrealloc(row->runs, (row->run_count + 1) * sizeof(*row->runs));
	row->runs[row->run_count++] = *run;
	*run = (struct grade_run){ 0 };
	if (row->state < GRADE_LOST)
		row->state = GRADE_LOST;
}

/* A row whose run folder has gone keeps the verdicts that grades.json has of it. */
static void judge_row(const struct class_folder *class, struct grade_row *row)
{
	struct grade_row old = *row;

	if (!are_there(class->dir, row)) {
		if (row->run_count)
			fprintf(stderr, "%s: its run folder is gone: its verdicts stay as they were\n",
				row->folder);
		return;
	}
	row->runs = NULL;
	row->run_count = 0;
	/* What the runs do not tell, whoever graded has told with a reason. */
	if (!row->why)
		row->state = GRADE_MEASURED;
	for (size_t i = 0; i < old.run_count; i++) {
		_cleanup_error_ struct error err = { 0 };

		if (judge_run(class, row, old.runs[i].folder, &err) < 0)
			keep_lost(row, &old.runs[i], err.message);
	}
	grade_row_drop_runs(&old);
}

static int judge_rows(const struct config *c, const struct class_folder *class, struct error *err)
{
	struct grade_list list;
	int ret;

	if (grades_read(class->dir, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < list.count; i++)
		judge_row(class, &list.rows[i]);
	ret = grade_files_write(c, &list, class->dir, stdout, err);
	if (ret == 0)
		ret = (int)grades_status(&list);
	grades_deinit(&list);
	return ret;
}

static int grade_again(const struct command_call *call, struct error *err)
{
	const struct config *c = call->config;
	_cleanup_free_ char *name = NULL;
	_cleanup_free_ struct edition *own = NULL;

	interrupt_install();
	if (grade_files_check(c, err) < 0 ||
	    (c->edition && edition_option_read(c->edition, &name, &own, err) < 0))
		return -1;
	return judge_rows(c, &(struct class_folder){ call->operand[0], { name, own } }, err);
}

const struct command command_grades = {
	.name = "grades",
	.summary = "write the grades of a class anew, without a VM",
	.usage = "[--rubric FILE] [--edition EDITION] DIR",
	.text = "\n"
		"Judges each run folder of a class again that `grade` has left in DIR, and writes\n"
		"grades.csv, grades.html, grades.json, likeness.csv and feedback/NAME.md anew, as\n"
		"after a change of the rubric or by another edition. Prints a line for each\n"
		"subject, the worst first.\n"
		"\n"
		"  --rubric FILE      the points, a table with the columns clause (or a group of\n"
		"                     clauses), points and text (default: that of each subject's\n"
		"                     edition)\n"
		"  --edition EDITION  judge by another assignment than was asked for\n"
		"  --cache DIR        folder for temporary files\n"
		"  --help             this text\n",
	.options = (const char *const[]){ "rubric", "edition", "cache", NULL },
	.more = "Exit codes: 0 all passed, 1 one failed, 3 one was lost (and none failed),\n"
		"as one whose run folder has changed since (SHA256SUMS), 2 DIR is not that of a class.\n",
	.operands_min = 1,
	.operands_max = 1,
	.operands_wanted = "want the folder of one class",
	.work = grade_again,
};
