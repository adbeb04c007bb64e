/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an operation has cost: the exits from the reading before it to that after it, without those of the
 * readings themselves.  These are CPUIDs, and how many is known exactly; the cycles that they take are
 * estimated by those of the operation `readings`, in which nothing else is done.
 */
#ifndef EXITMETER_OPERATIONS_H
#define EXITMETER_OPERATIONS_H

#include "judge/case_file.h"

struct operation_figures {
	const struct operation_record *record;
	bool has_exits, has_cycles;	/* in total */
	bool has_reasons, has_reason_cycles;
	uint64_t exits, cycles;
	unsigned int count;
	struct host_reason row[EM_OP_PARTS_MAX];	/* the reasons that occurred, the most frequent first */
};

/* The reasons of all operations together, the readings apart; the most frequent first, with no cycles. */
struct operation_reasons {
	unsigned int count;
	struct host_reason reason[EM_SWEEP_COUNT];
};

/* Whether the run has carried out operations, and their records are whole. */
bool operations_are_told(const struct case_file *cf);
/* In a few words. */
const char *operation_title(enum em_op op);
const char *operation_why(enum em_op_why why);
/* Of `readings` the figures are those of one reading.  The operations must be told. */
void operation_figures(const struct case_file *cf, enum em_op op, struct operation_figures *ret);
/* Of a run whose operations are told. */
void operation_reasons(const struct case_file *cf, struct operation_reasons *ret);
/* How many of its exits had that reason. */
uint64_t operation_figures_exits(const struct operation_figures *f, uint64_t number);
/* The exits of a reason, and those that are the readings'. */
uint32_t operation_exits(const struct case_file *cf, enum em_op op, uint32_t reason, uint32_t *ret_readings);

#endif
