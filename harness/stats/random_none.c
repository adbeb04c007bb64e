// SPDX-License-Identifier: GPL-2.0-only
/* In place of random_gsl.c in the program for an L1 host, which compares nothing. */
#include "stats/random.h"

#include <stdlib.h>

bool random_is_there(void)
{
	return false;
}

struct random *random_new(unsigned long seed)
{
	(void)seed;
	abort();
}

void random_free(struct random *random)
{
	(void)random;
	abort();
}

size_t random_below(struct random *random, size_t n)
{
	(void)random;
	(void)n;
	abort();
}

double normal_quantile(double p)
{
	(void)p;
	abort();
}
