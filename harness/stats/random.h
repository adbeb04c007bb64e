/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers by GSL's Mersenne Twister, from a seed, so that the same samples give the same figures on every
 * machine.  The program for an L1 host is built without GSL, and has none.
 */
#ifndef EXITMETER_RANDOM_H
#define EXITMETER_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

struct random;

/* Whether this program was built with GSL; the other functions are called only then. */
bool random_is_there(void);
struct random *random_new(unsigned long seed);
void random_free(struct random *random);
/* A number from 0 to n - 1. */
size_t random_below(struct random *random, size_t n);
/* GSL's, too: the value below which a share p of a standard normal distribution lies; p is between 0 and 1. */
double normal_quantile(double p);

#endif
