// SPDX-License-Identifier: GPL-2.0-only
#include "judge/case_file.h"

#include <stdlib.h>
#include <string.h>

#include "judge/reasons.h"

void case_file_deinit(struct case_file *cf)
{
	evidence_deinit(&cf->evidence);
	for (int i = 0; i < CASE_INPUTS; i++)
		free(cf->input[i].why);
	free(cf->implementation_why);
	free((struct edition *)cf->edition);
	free(cf->edition_why);
	memset(cf, 0, sizeof(*cf));
}

int case_last_point(const struct case_file *cf)
{
	for (int point = EM_POINTS - 1; point >= 0; point--)
		if (case_has_point(cf, (enum em_point)point))
			return point;
	return -1;
}

bool case_is_countable(const struct case_file *cf, unsigned int index)
{
	if (reason_standing(cf->vendor, em_sweep_number(index)) == REASON_UNDEFINED)
		return false;
	return !case_has_input(cf, CASE_ENABLED) || cf->enabled.has_handler[index];
}
