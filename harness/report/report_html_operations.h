/* SPDX-License-Identifier: GPL-2.0-only */
/* What operations cost, as a heat table of the page: a row for each operation, a column for each reason. */
#ifndef EXITMETER_REPORT_HTML_OPERATIONS_H
#define EXITMETER_REPORT_HTML_OPERATIONS_H

#include <stdio.h>

#include "judge/case_file.h"

/* Writes nothing if the run has carried out none. */
void html_put_operations(FILE *out, const struct case_file *cf);

#endif
