/* SPDX-License-Identifier: GPL-2.0-only */
/* summary.json: the evidence and the figures of a run, for other programs to read. */
#ifndef EXITMETER_SUMMARY_H
#define EXITMETER_SUMMARY_H

#include <jansson.h>

#include "judge/case_file.h"

/* Returns what summary.json holds; the caller drops the reference. */
json_t *summary_to_json(const struct case_file *cf);

#endif
