/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_REPORT_FOLDER_H
#define EXITMETER_REPORT_FOLDER_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Judges a run folder: reads its logs, writes verdicts.json, summary.json,
 * report.txt, report.tap and junit.xml into it (each whole or not at all), and
 * tells the report (freed by the caller; may be NULL) and what the program
 * should exit with.
 *
 * 0, or -1: STATUS_USAGE if it is no run folder or cannot be written,
 * STATUS_LOST if it is not as the run left it (seal.h).
 */
int report_folder(const char *dir, bool color, char **ret_report, enum exit_status *ret_status,
		     struct error *err);

#endif
