/* SPDX-License-Identifier: GPL-2.0-only */
/* Judges a run: from what is known of it to its verdict. */
#ifndef EXITMETER_JUDGE_H
#define EXITMETER_JUDGE_H

#include <jansson.h>

#include "judge/case_file.h"
#include "judge/clause.h"
#include "judge/finding.h"

struct judgement {
	struct finding *findings;	/* clause_count of them, in the order of clauses[] */
	enum verdict verdict;		/* of the run: pass, fail or lost */
	enum exit_status status;	/* what the program exits with */
};

/* Judges all clauses.  The caller calls judgement_deinit() on the result. */
void judge(const struct case_file *cf, struct judgement *ret);
void judgement_deinit(struct judgement *j);
/* How many clauses have that verdict. */
unsigned int judgement_count(const struct judgement *j, enum verdict verdict);
/* How many of those that failed follow from others. */
unsigned int judgement_consequences(const struct judgement *j);
/* How many clauses concern this run. */
unsigned int judgement_told(const struct judgement *j);
/* Returns what verdicts.json holds; the caller drops the reference. */
json_t *judgement_to_json(const struct case_file *cf, const struct judgement *j);

#endif
