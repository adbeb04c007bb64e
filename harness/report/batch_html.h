/* SPDX-License-Identifier: GPL-2.0-only */
/* The page of a batch: its matrix as a table, and each variant's figures. */
#ifndef EXITMETER_BATCH_HTML_H
#define EXITMETER_BATCH_HTML_H

#include <jansson.h>

/*
 * batch: what batch.json holds; axes: those of plan.json.  Returns the page without its pictures (batch_plots.h), each
 * of which is told in words in its place; the caller frees.  Pure.
 */
char *batch_html(const json_t *batch, const json_t *axes);

#endif
