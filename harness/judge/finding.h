/* SPDX-License-Identifier: GPL-2.0-only */
/* What a clause found: a verdict, and in words what was wanted and what was got. */
#ifndef EXITMETER_FINDING_H
#define EXITMETER_FINDING_H

#include <stdbool.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_ADVICE,	/* it would have failed, but the edition only recommends it */
	VERDICT_SKIP,	/* it cannot be judged in this run; `got` says why */
	VERDICT_LOST,	/* what it needs was lost, which is never a pass */
	VERDICT_NONE,	/* the clause does not concern this run, and is not reported */
	VERDICTS
};

/* What an edition makes of a clause.  Only what is required can fail or lose a run. */
enum weight { WEIGHT_REQUIRED, WEIGHT_PRACTICE, WEIGHT_NOT_ASKED, WEIGHTS };

struct clause;

/* A zeroed struct is a pass without words.  The strings are owned and may be NULL. */
struct finding {
	const struct clause *clause;	/* whose finding it is */
	enum verdict verdict;
	enum weight weight;
	const struct clause *cause;	/* it follows from the failure of that one; NULL: of none */
	bool is_leak;		/* the guest got words of the host's kernel; `got` has them masked */
	char *where;		/* in the submission's own files; NULL: it is not known */
	bool is_consequence;	/* it is lost only because the guest or its records are */
	char *wanted, *got;
};

void finding_deinit(struct finding *f);
/* Sets `wanted`, in place of what the clause wants in general. */
void finding_wanted(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Sets the verdict and `got`. */
void finding_set(struct finding *f, enum verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Sets the verdict lost, and `got`, where another clause tells the reason in full. */
void finding_lose(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Weighs a finding: of what is only recommended a failure is advice, and what was lost is skipped.
 */
void finding_weigh(struct finding *f, enum weight weight);

const char *verdict_name(enum verdict verdict);
const char *weight_name(enum weight weight);

#endif
