// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_factor_is_that_of_the_time_taken),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
