/* SPDX-License-Identifier: GPL-2.0-only */
/* A class that nobody has measured: rows with the clauses that a test names. */
#ifndef EXITMETER_TESTS_FAKEGRADES_H
#define EXITMETER_TESTS_FAKEGRADES_H

#include "support/helpers.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/grades_json.h"

/*
 * Adds a run with the clauses "ID VERDICT, ..." to a row.  What each has got is "got: ID".  A verdict of
 * advice has the weight practice, one of none the weight not asked.  Advice on regs-totals is a leak.
 */
static inline void fake_run(struct grade_row *row, const char *host, const char *edition, const char *verdict,
			    const char *clauses)
{
	json_t *list = json_array(), *json;
	struct error err = { 0 };
	char id[32], word[16];
	int used;

	for (; sscanf(clauses, " %31s %15[a-z]%n", id, word, &used) == 2; clauses += clauses[used] ? used + 1 : used) {
		const char *weight = *word == 'a' ? "practice" : *word == 'n' ? "not asked" : "required";

		json = json_pack("{ss ss ss ss ss ss+ ss}", "id", id, "title", id, "verdict", word, "weight", weight,
				 "wanted", "as asked", "got", "got: ", id, "hint", "look again");
		if (*word == 'a' && !strcmp(id, "regs-totals"))
			json_object_set_new(json, "leak", json_true());
		json_array_append_new(list, json);
	}
	json = json_pack("{ss ss ss ss ss si s{} sn so}", "folder", "subjects/x", "host", host, "vendor", "svm",
			 "edition", edition, "verdict", verdict, "exit_code", 1, "notes", "errors", "clauses", list);
	assert_non_null(json);
	json_object_set_new(json, "asked", json_sprintf("HOST=%s KERNEL=6.1 VCPUS=2 EDITION=%s", host, edition));
	if (grade_row_parse_run(row, json, &err) < 0)
		fail_msg("%s", err.message);
	json_decref(json);
}

#endif
