/* SPDX-License-Identifier: GPL-2.0-only */
/* grades.json: a list of grades for programs, which can be read back (tests/schema/grades.schema.json). */
#ifndef EXITMETER_GRADES_JSON_H
#define EXITMETER_GRADES_JSON_H

#include <jansson.h>

#include "report/grade_view.h"
#include "report/likeness.h"

/* Returns what grades.json holds; the caller drops the reference. */
json_t *grades_to_json(const struct grade_view *view, const struct likeness *likeness);
/*
 * Reads the grades.json of a folder.  STATUS_USAGE: it is missing, malformed, or of an older format,
 * which did not say where the run folders are.
 */
int grades_read(const char *dir, struct grade_list *ret, struct error *err);
/*
 * Adds a run of the form that it has in grades.json to the row: the keys of verdicts.json, and folder,
 * host, vendor, notes and errors.  STATUS_USAGE: it has another form, without the name of the file.
 */
int grade_row_parse_run(struct grade_row *row, const json_t *json, struct error *err);

#endif
