/* SPDX-License-Identifier: GPL-2.0-only */
/* The report as a page, with the style and the rules of html.h. */
#ifndef EXITMETER_REPORT_HTML_H
#define EXITMETER_REPORT_HTML_H

#include "judge/judge.h"
#include "report/plots.h"

/* Returns the page without pictures, each of which is told in words in its place; the caller frees. */
char *report_html(const struct case_file *cf, const struct judgement *j);

#endif
