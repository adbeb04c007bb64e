// SPDX-License-Identifier: GPL-2.0-only
/* The rubrics that are built in (kernel-patch/editions/NAME.rubric.csv). */
#include "report/rubric.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "rubrics.gen.h"

#define YEAR_CHARS 5	/* "-2021" */

static bool is_year(const char *text)
{
	return text[0] == '-' && isdigit(text[1]) && isdigit(text[2]) && isdigit(text[3]) &&
	       isdigit(text[4]) && (!text[YEAR_CHARS] || text[YEAR_CHARS] == '-');
}

/* "a3-2020-reasons" is of the assignment "a3-reasons". */
static char *assignment_of(const char *edition)
{
	const char *year = edition;

	while ((year = strchr(year, '-')) && !is_year(year))
		year++;
	return year ? xasprintf("%.*s%s", (int)(year - edition), edition, year + YEAR_CHARS) :
		      xstrdup(edition);
}

bool rubric_of_edition(const char *edition, struct rubric *ret)
{
	_cleanup_free_ char *assignment = assignment_of(edition);
	_cleanup_error_ struct error err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(builtin_rubrics); i++)
		if (!strcmp(builtin_rubrics[i].name, assignment))
			return rubric_parse(builtin_rubrics[i].text,
					    strlen(builtin_rubrics[i].text), ret, &err) == 0;
	return false;
}
