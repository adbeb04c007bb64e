/* SPDX-License-Identifier: GPL-2.0-only */
/* What grades.html shows of one subject: its row of the table, and the section below the table. */
#ifndef EXITMETER_GRADES_HTML_ROW_H
#define EXITMETER_GRADES_HTML_ROW_H

#include <stdbool.h>
#include <stdio.h>

#include "report/grade_view.h"

void grades_html_row(FILE *out, const struct grade_view *view, const struct grade_score *score,
		     bool has_points);
void grades_html_subject(FILE *out, const struct grade_view *view, const struct grade_score *score);

#endif
