/* SPDX-License-Identifier: GPL-2.0-only */
/* What others have published for the run's scenario (published.csv), the run's figure among it. */
#ifndef EXITMETER_PUBLISHED_H
#define EXITMETER_PUBLISHED_H

#include <stdio.h>

#include "judge/case_file.h"

struct published {
	enum scenario scenario;
	const char *mark;	/* "~" about, ">" more than, or empty */
	uint64_t low, high;	/* high is 0 where it is one number */
	enum em_vendor vendor;
	int most, least;	/* exit reasons; -1: not told */
	const char *kernel, *guest, *paging, *source, *note;	/* empty: not told */
};

/* Ascending, those of one scenario; *ret_count may be 0. */
const struct published *published_of(enum scenario scenario, unsigned int *ret_count);
/* Nothing where the run has no figure to set beside them. */
void published_print(FILE *out, const struct case_file *cf);

#endif
