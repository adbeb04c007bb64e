/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_REPORT_FOLDER_H
#define EXITMETER_REPORT_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "judge/edition.h"
#include "report/picture.h"

/*
 * Judges a run folder: reads its logs, and writes verdicts.json, summary.json, report.txt,
 * report.html without its pictures, what those are drawn from, report.tap and junit.xml into it, each of them whole or not at all.  *ret_report (the caller
 * frees it; ret_report may be NULL) is the report, *ret_status what the program should exit with.
 * The folder is taken as it is: this is for whoever has just written its seal.
 *
 * STATUS_USAGE: it is no run folder, or cannot be written.
 */
int report_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
		  struct error *err);
/* An edition in place of the one that a run asked for; see case_file_judge_by(). */
struct judge_by {
	const char *name;	/* NULL: the one that the run asked for */
	const struct edition *own;
};

/*
 * As report_folder(), of a saved run.  STATUS_LOST: the folder is not as the run left it (seal.h).
 */
int report_saved_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
			struct error *err);
/* The same by another edition. */
int report_saved_folder_by(const char *dir, const struct judge_by *by, bool color, char **ret_report,
			   enum exit_status *ret_status, struct error *err);
/* Writes the script and the data of a picture into a folder.  STATUS_USAGE: it cannot be written. */
int plot_write(const char *dir, const char *name, const struct plot *plot, struct error *err);

#endif
