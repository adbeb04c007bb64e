/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of each subject of a series: its verdict and the clauses that failed. */
#ifndef EXITMETER_GRADES_H
#define EXITMETER_GRADES_H

#include <jansson.h>
#include <stdio.h>

#include "base/error.h"

struct grades {
	json_t *list;	/* of objects: subject, verdict, exit_code, failed, lost, why */
};

/* Adds what verdicts.json in `dir` says.  STATUS_USAGE: it is missing or malformed. */
int grades_add(struct grades *g, const char *subject, const char *dir, struct error *err);
/* Adds a subject that has no run folder, as lost. */
void grades_add_lost(struct grades *g, const char *subject, const char *why);
/* The verdict of the subject that was added last; borrowed. */
const char *grades_last_verdict(const struct grades *g);
/* Writes grades.json into `dir`. */
int grades_write(const struct grades *g, const char *dir, struct error *err);
void grades_print(const struct grades *g, FILE *out);
/* The worst of all: a failure, else a loss, else a pass. */
enum exit_status grades_status(const struct grades *g);
void grades_deinit(struct grades *g);

#endif
