/* SPDX-License-Identifier: GPL-2.0-only */
/* From what is known of a run to its verdict. */
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

/* Pure.  judgement_deinit() the result. */
void judge(const struct case_file *cf, struct judgement *ret);
void judgement_deinit(struct judgement *j);
/* The clauses of that verdict. */
unsigned int judgement_count(const struct judgement *j, enum verdict verdict);
/* The clauses that are of this run. */
unsigned int judgement_told(const struct judgement *j);
/* What verdicts.json holds; the caller drops the reference. */
json_t *judgement_to_json(const struct judgement *j);

#endif
