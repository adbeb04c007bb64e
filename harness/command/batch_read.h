/* SPDX-License-Identifier: GPL-2.0-only */
/* A batch that has run: its plan, and the figures of its runs. */
#ifndef EXITMETER_BATCH_READ_H
#define EXITMETER_BATCH_READ_H

#include <jansson.h>

#include "batch/plan.h"
#include "stats/samples.h"

struct read_batch {
	struct plan plan;
	struct samples *samples; /* one of each variant */
};

/*
 * all: also runs that were woken or retried (batch_samples.h).  STATUS_SKIP: this program cannot sum up.  The caller
 * calls batch_drop() after success.
 */
int batch_read(const char *dir, bool all, struct read_batch *ret, struct error *err);
void batch_drop(struct read_batch *b);
/* Writes a document that the batch sums up to. */
int batch_write_json(const char *dir, const char *name, const json_t *json, struct error *err);

#endif
