/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds the word that somebody may have meant. */
#ifndef EXITMETER_NEAREST_H
#define EXITMETER_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word;	/* what was written */
	const char *best; /* the nearest of those that were tried; borrowed, NULL before the first */
	size_t distance;	/* how many letters of it would have to be changed */
};

/* Looks at one more word: the first of the nearest stays. */
void nearest_try(struct nearest *n, const char *candidate);

#endif
