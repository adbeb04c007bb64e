/* SPDX-License-Identifier: GPL-2.0-only */
/* A shard is the K-th of N parts of a batch, for a machine of its own.  Pure. */
#ifndef EXITMETER_SHARD_H
#define EXITMETER_SHARD_H

#include "batch/plan.h"

struct shard {
	unsigned int k, n; /* k from 1; 0 and 0: the whole batch */
};

/* Takes "2/8".  STATUS_USAGE: it is none. */
int shard_parse(const char *text, struct shard *ret, struct error *err);
/*
 * Whether the index-th run is of this shard.  Where each shard can have a repetition of its own, it has all
 * variants of that, so that what is compared is measured on one machine at one time.
 */
bool shard_has(const struct shard *shard, const struct plan *plan, size_t index);

#endif
