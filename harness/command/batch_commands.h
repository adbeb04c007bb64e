/* SPDX-License-Identifier: GPL-2.0-only */
/* The words behind `exitmeter batch`: a file each. */
#ifndef EXITMETER_BATCH_COMMANDS_H
#define EXITMETER_BATCH_COMMANDS_H

#include "command/batch_words.h"
#include "command/commands.h"

struct batch_call {
	const struct config *config; /* resolved */
	const struct batch_words *words;
	const char *const *operand;
	int operand_count;
};

/* Each returns the exit code of the program, or -1, and err tells. */
int batch_config(const struct batch_call *call, struct error *err);
int batch_plan(const struct batch_call *call, struct error *err);
int batch_run_here(const struct batch_call *call, struct error *err);
int batch_merge(const struct batch_call *call, struct error *err);
int batch_report(const struct batch_call *call, struct error *err);
int batch_compare(const struct batch_call *call, struct error *err);
int batch_submit(const struct batch_call *call, struct error *err);

#endif
