// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include "base/memory.h"
#include "base/pace.h"

static void the_factor_is_that_of_the_time_taken(void **state)
{
	const struct { long ms, factor; } cases[] = {
		{ 0, 1 }, { 40, 1 }, { 149, 1 }, { 150, 2 }, { 700, 7 }, { 5000, PACE_MAX },
	};
	long now = pace_measure();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(pace_of(cases[i].ms), cases[i].factor);
	assert_true(now >= 1 && now <= PACE_MAX);
}

static void the_factor_is_not_less_than_the_load(void **state)
{
	const struct { double load; long cpus, factor; } cases[] = {
		{ 0, 2, 1 }, { 2.4, 2, 1 }, { 12, 2, 6 }, { 12, 64, 1 }, { 900, 2, PACE_MAX }, { 3, 0, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(pace_of_load(cases[i].load, cases[i].cpus), cases[i].factor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_factor_is_that_of_the_time_taken),
		cmocka_unit_test(the_factor_is_not_less_than_the_load),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
