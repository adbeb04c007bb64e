// SPDX-License-Identifier: GPL-2.0-only
#include "command/grade_files.h"

#include "base/memory.h"
#include "command/likeness_find.h"
#include "report/grades_write.h"

static int write_and_print(const struct grade_list *list, const struct rubric *rubric,
			   const struct likeness *likeness, const char *dir, FILE *out,
			   struct error *err)
{
	struct grade_view view;
	int ret;

	grade_view_make(list, rubric, &view);
	ret = grades_write(&view, likeness, dir, err);
	if (ret == 0)
		grades_print(&view, likeness, dir, out);
	grade_view_deinit(&view);
	return ret;
}

int grade_files_write(const struct config *c, const struct grade_list *list, const char *dir,
		      FILE *out, struct error *err)
{
	struct likeness likeness = { 0 };
	struct rubric rubric = { 0 };
	int ret = c->rubric ? rubric_read(c->rubric, &rubric, err) : 0;

	if (ret == 0)
		ret = likeness_find(list, dir, c->cache, &likeness, err);
	if (ret == 0)
		ret = write_and_print(list, c->rubric ? &rubric : NULL, &likeness, dir, out, err);
	likeness_deinit(&likeness);
	rubric_deinit(&rubric);
	return ret;
}

int grade_files_check(const struct config *c, struct error *err)
{
	struct rubric rubric = { 0 };
	int ret = c->rubric ? rubric_read(c->rubric, &rubric, err) : 0;

	rubric_deinit(&rubric);
	return ret;
}
