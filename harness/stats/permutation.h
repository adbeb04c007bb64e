/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A permutation test of two means: how often do two groups that were dealt out anew differ by as much as these?  It
 * assumes no distribution, only that the order of runs says nothing.
 */
#ifndef EXITMETER_PERMUTATION_H
#define EXITMETER_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

#include "stats/random.h"

/*
 * Returns the two-sided p.  Where there are few ways to deal them out, all are looked at, and it is exact; else they
 * are drawn, until p is known well enough (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 1991).
 */
double permutation_p(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b,
		     struct random *random);
/* The least p that groups of these sizes can come to. */
double permutation_least_p(size_t n_a, size_t n_b);

#endif
