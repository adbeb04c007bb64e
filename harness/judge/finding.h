/* SPDX-License-Identifier: GPL-2.0-only */
/* What a clause found: a verdict, and in words what was wanted and got. */
#ifndef EXITMETER_FINDING_H
#define EXITMETER_FINDING_H

#include <stdbool.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,	/* cannot be judged here; got says why */
	VERDICT_LOST,	/* what it needs was lost: never a pass */
	VERDICT_NONE,	/* the clause is of other runs than this one: not told */
	VERDICTS
};

/* Zeroed is a pass without words.  The strings are owned and may be NULL. */
struct finding {
	enum verdict verdict;
	bool is_consequence;	/* lost only because the guest or its records are */
	char *wanted, *got;
};

void finding_deinit(struct finding *f);
/* Replaces the clause's general `wanted`. */
void finding_wanted(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Sets the verdict and `got`. */
void finding_set(struct finding *f, enum verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Lost, for a reason that another clause tells in full. */
void finding_lose(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

const char *verdict_name(enum verdict verdict);

#endif
