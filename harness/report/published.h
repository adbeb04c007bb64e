/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What others have published for the run's scenario (published.csv), with the run's figure among
 * it.
 */
#ifndef EXITMETER_PUBLISHED_H
#define EXITMETER_PUBLISHED_H

#include <stdio.h>

#include "judge/case_file.h"

struct published {
	enum scenario scenario;
	const char *mark;	/* "~": about; ">": more than; or empty */
	uint64_t low, high;	/* high is 0 if it is one number */
	enum em_vendor vendor;
	int most, least;	/* the most and the least frequent exit reason; -1: not told */
	const char *kernel, *guest, *paging, *source, *note;	/* empty: not told */
};

/* The figures of one scenario, ascending; *ret_count may be 0. */
const struct published *published_of(enum scenario scenario, unsigned int *ret_count);
/* Prints them with the run's figure; nothing, if the run has none. */
void published_print(FILE *out, const struct case_file *cf);

#endif
