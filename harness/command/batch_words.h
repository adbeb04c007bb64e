/* SPDX-License-Identifier: GPL-2.0-only */
/* The options of `exitmeter batch` that no other command has. */
#ifndef EXITMETER_BATCH_WORDS_H
#define EXITMETER_BATCH_WORDS_H

#include "batch/matrix.h"
#include "batch/shard.h"

#define VARIANT_FILES_MAX 16

struct batch_words {
	struct matrix matrix;
	const char *variants[VARIANT_FILES_MAX]; /* NAME=FILE; borrowed from argv */
	size_t variant_count;
	unsigned int runs; /* of each variant */
	struct shard shard;
	const char *engine; /* NULL: none was named */
	const char *node_cache; /* NULL: none was named */
	unsigned int shards; /* 0: not said */
	bool wait;
	bool all; /* woken and retried runs are taken, too */
};

/* Their names, NULL at the end: for the completion and the manual. */
extern const char *const batch_own_options[];

/* Takes these options out of argv, whose count it lowers.  The caller calls matrix_deinit(), whatever is returned. */
int batch_words_take(int *argc, char **argv, struct batch_words *ret, struct error *err);

#endif
