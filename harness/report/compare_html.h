/* SPDX-License-Identifier: GPL-2.0-only */
/* The page of a comparison: its sentence, and what differs for each scenario and reason. */
#ifndef EXITMETER_COMPARE_HTML_H
#define EXITMETER_COMPARE_HTML_H

#include <jansson.h>

/*
 * comparison: what comparison.json holds.  Returns the page without its picture (compare_plot.h), which is told in
 * words in its place; the caller frees.  Pure.
 */
char *compare_html(const json_t *comparison);

#endif
