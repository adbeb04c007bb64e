// SPDX-License-Identifier: GPL-2.0-only
/* What is told of a series, and the permutation test, on figures whose answers are known. */
#include "support/helpers.h"

#include <math.h>

#include "base/memory.h"
#include "stats/describe.h"
#include "stats/permutation.h"

static void the_middle_and_the_ends(void **state)
{
	const uint64_t odd[] = { 9, 1, 5 }, even[] = { 4, 1, 10, 2 };
	struct description d;

	(void)state;
	describe(odd, 3, NULL, &d);
	assert_int_equal(d.n, 3);
	assert_true(d.median == 5 && d.mean == 5);
	assert_int_equal(d.min, 1);
	assert_int_equal(d.max, 9);
	assert_false(d.has_interval);
	describe(even, 4, NULL, &d);
	assert_true(d.median == 3);
}

static void an_interval_lies_about_the_mean_and_repeats(void **state)
{
	const uint64_t values[] = { 100, 104, 98, 101, 99, 103, 97, 102, 100, 96 }, one[] = { 7 };
	struct random *random = random_new(17), *again = random_new(17);
	struct description d, other;

	(void)state;
	describe(values, 10, random, &d);
	describe(values, 10, again, &other);
	assert_true(d.has_interval);
	assert_true(d.interval.low < 100 && d.interval.high > 100);
	/* The standard error of this mean is 0.82, and 1.96 times that is 1.6; the bootstrap's is a tenth less. */
	assert_true(d.interval.high - d.interval.low > 2.4 && d.interval.high - d.interval.low < 3.6);
	assert_true(d.interval.low == other.interval.low && d.interval.high == other.interval.high);
	describe(one, 1, random, &d);
	assert_false(d.has_interval);
	random_free(random);
	random_free(again);
}

static void a_difference_has_its_interval(void **state)
{
	const uint64_t a[] = { 100, 101, 99, 100, 102, 98 }, b[] = { 110, 111, 109, 110, 112, 108 };
	struct random *random = random_new(1);
	struct interval i = bootstrap(a, 6, b, 6, random);

	(void)state;
	assert_true(i.low > 8 && i.low < 10 && i.high > 10 && i.high < 12);
	random_free(random);
}

/* Of the 20 ways to deal out six different figures to two groups of three, two are as extreme as low and high. */
static void few_ways_are_all_looked_at(void **state)
{
	const uint64_t a[] = { 1, 2, 3 }, b[] = { 4, 5, 6 }, same[] = { 5, 5, 5 };
	struct random *random = random_new(1);

	(void)state;
	assert_true(fabs(permutation_p(a, 3, b, 3, random) - 0.1) < 1e-12);
	assert_true(fabs(permutation_p(b, 3, a, 3, random) - 0.1) < 1e-12);
	assert_true(permutation_p(same, 3, same, 3, random) == 1);
	assert_true(permutation_p(a, 3, a, 3, random) == 1);
	assert_true(fabs(permutation_least_p(3, 3) - 0.1) < 1e-12);
	assert_true(fabs(permutation_least_p(2, 3) - 0.1) < 1e-12);
	random_free(random);
}

static void many_ways_are_drawn(void **state)
{
	uint64_t a[10], b[10];
	struct random *random = random_new(1);

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		a[i] = i;
		b[i] = i + 100;
	}
	/* Of 184,756 ways, two are as extreme, so that hardly any draw hits one. */
	assert_true(permutation_p(a, 10, b, 10, random) <= 2.0 / 20001);
	assert_true(permutation_least_p(10, 10) >= 1.0 / 20001);
	for (size_t i = 0; i < 10; i++)
		b[i] = i + i % 2;
	assert_true(permutation_p(a, 10, b, 10, random) > 0.3);
	random_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_middle_and_the_ends),
		cmocka_unit_test(an_interval_lies_about_the_mean_and_repeats),
		cmocka_unit_test(a_difference_has_its_interval),
		cmocka_unit_test(few_ways_are_all_looked_at),
		cmocka_unit_test(many_ways_are_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
