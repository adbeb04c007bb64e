// SPDX-License-Identifier: GPL-2.0-only
#include "report/grades_write.h"

#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "base/printable.h"
#include "evidence/file_names.h"
#include "report/grades_json.h"

/* Takes over the text. */
static int write_file(const char *dir, const char *name, char *text, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	int ret = file_write(path, text, strlen(text), err);

	free(text);
	return ret;
}

int grades_write(const struct grade_list *list, const char *dir, const struct rubric *rubric, struct error *err)
{
	json_t *json = grades_to_json(list, rubric);
	char *text = json_format(json);

	json_decref(json);
	return write_file(dir, FILE_GRADES, text, err);
}

static void print_row(FILE *out, const struct grade_row *row)
{
	_cleanup_free_ char *name = printable_text(row->name), *why = row->why ? printable_text(row->why) : NULL;

	fprintf(out, "%-40s %-7s", name, verdict_name(grade_row_verdict(row)));
	for (size_t i = 0; i < row->run_count; i++)
		for (size_t k = 0; k < row->runs[i].clause_count; k++)
			if (row->runs[i].clauses[k].verdict == VERDICT_FAIL)
				fprintf(out, " %s", row->runs[i].clauses[k].id);
	fprintf(out, "%s%s\n", why ? " " : "", why ? why : "");
}

void grades_print(const struct grade_list *list, const char *dir, const struct rubric *rubric, FILE *out)
{
	(void)rubric;
	fprintf(out, "%-40s %-7s %s\n", "subject", "verdict", "clauses that failed");
	for (size_t i = 0; i < list->count; i++)
		print_row(out, &list->rows[i]);
	fprintf(out, "run folders: %s\n", dir);
}
