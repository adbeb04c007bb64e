/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.json: a batch as a list of runs.  Each run is of a variant, which is a configuration, and has an id
 * that follows from its content (run_id.h).  A plan is made of a matrix (matrix.h) or of the subjects of a
 * class (class_plan.h), and all that carries out, merges or reports works on the list, whatever it was made of.
 */
#ifndef EXITMETER_PLAN_H
#define EXITMETER_PLAN_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"
#include "run/config.h"

#define PLAN_RUNS_MAX 100000

struct plan_variant {
	char *name; /* owned */
	json_t *axes; /* owned: which word of which axis it is; empty: of none */
	struct config config; /* owned: what each of its runs is asked for, but for `out`, `nonce` and `run-id` */
};

struct plan_run {
	char *place; /* owned: its run folder, relative to that of the batch */
	size_t variant;
	unsigned int repetition; /* from 1; 0: the run is the only one of its variant */
	char id[65];
};

/* A zeroed struct with json_object() and json_array() in it is an empty plan; plan_init() makes it. */
struct plan {
	char *program; /* owned: version of exitmeter */
	enum host_type host; /* that was asked for */
	json_t *asked; /* owned: the options, as in config.json */
	json_t *axes; /* owned: the words of each axis */
	json_t *subjects; /* owned: of a class; else empty */
	struct plan_variant *variants;
	size_t variant_count;
	struct plan_run *runs; /* in the order in which they are to be begun */
	size_t run_count;
	unsigned int repetitions; /* the highest of all runs */
};

void plan_init(struct plan *plan, const char *program);
void plan_deinit(struct plan *plan);
/* Copies the configuration.  Takes over axes, and makes an empty object of NULL. */
struct plan_variant *plan_add_variant(struct plan *plan, const char *name, json_t *axes,
				      const struct config *c);
void plan_add_run(struct plan *plan, size_t variant, unsigned int repetition, const char *place,
		  const char *id);
/* SHA-256 of the ids and places of all runs: two plans with one id are the same batch. */
void plan_id(const struct plan *plan, char ret_hex[65]);
/* The memory of the largest guest of its variants. */
long plan_guest_mib(const struct plan *plan);
/* The run whose folder that is; NULL: there is none. */
const struct plan_run *plan_find(const struct plan *plan, const char *place);
/*
 * What was planned below one cache or kit is to be taken from another one: moves each path of the plan that
 * begins so.  NULL: it stays.
 */
void plan_relocate(struct plan *plan, const char *cache, const char *kit);

#endif
