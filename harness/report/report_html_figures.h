/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of figures of the page, with the numbers of the text report. */
#ifndef EXITMETER_REPORT_HTML_FIGURES_H
#define EXITMETER_REPORT_HTML_FIGURES_H

#include <stdio.h>

#include "judge/case_file.h"

/* The phases, and what is said of the rate; where nothing was sampled, that. */
void html_put_rates(FILE *out, const struct case_file *cf);
/* Exits and cycles by reason, and the totals at each point; where there are none, that. */
void html_put_figures(FILE *out, const struct case_file *cf);

#endif
