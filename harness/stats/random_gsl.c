// SPDX-License-Identifier: GPL-2.0-only
#include "stats/random.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

#include "base/memory.h"

struct random {
	gsl_rng *rng;
};

bool random_is_there(void)
{
	return true;
}

struct random *random_new(unsigned long seed)
{
	struct random *random = xcalloc(1, sizeof(*random));

	random->rng = gsl_rng_alloc(gsl_rng_mt19937); /* GSL ends the program where memory runs out */
	gsl_rng_set(random->rng, seed);
	return random;
}

void random_free(struct random *random)
{
	gsl_rng_free(random->rng);
	free(random);
}

size_t random_below(struct random *random, size_t n)
{
	return gsl_rng_uniform_int(random->rng, n);
}

double normal_quantile(double p)
{
	return gsl_cdf_ugaussian_Pinv(p);
}
