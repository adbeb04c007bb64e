// SPDX-License-Identifier: GPL-2.0-only
/* How the exits of a sampled run grew, what is said of it, and what forged samples come to. */
#include "support/helpers.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "judge/case_file_load.h"
#include "judge/rates.h"
#include "report/summary_rates.h"
#include "report/table_rates.h"

#define TOLD(ms) "exitmeter phases 1\nsource counters\ninterval " ms "\nsamples 9\nspent-us 5000\ntsc-khz 1000\n"

static struct case_file run;
static struct rates rates;

static void take(const char *rows, const char *marks)
{
	struct error err = { 0 };

	run.vendor = EM_SVM;
	assert_int_equal(timeline_parse(rows, strlen(rows), &run.timeline, &err), 0);
	assert_int_equal(phases_parse(marks, strlen(marks), &run.phases, &err), 0);
	run.input[CASE_TIMELINE].state = run.input[CASE_PHASES].state = INPUT_READ;
}

static int tear_down(void **state)
{
	(void)state;
	case_file_deinit(&run);
	return 0;
}

/* Six seconds at 10 exits a second, and six at 100. */
static void take_two_paces(void)
{
	take("ms,exits,cycles,0x72,0x7b\n0,0,0,0,0\n6000,60,600,60,0\n12000,660,1200,160,500\n",
	     TOLD("1000") "mark 0 kernel\nmark 6000 systemd\nmark 6000 init\nmark 12000 off\n");
}

static void each_phase_has_its_own_rate(void **state)
{
	(void)state;
	take_two_paces();
	assert_true(rates_of(&run, &rates));
	assert_int_equal(rates.phase_count, 2);
	assert_int_equal(rates.phase[0].mark, BOOT_KERNEL);
	assert_int_equal(rates.phase[0].exits, 60);
	assert_true(rates.phase[0].per_second == 10 && rates.phase[0].per_mcycle == 10);
	assert_true(rates.phase[0].variation == 0);
	assert_int_equal(rates.phase[0].top_count, 1);
	/* Of two marks at one moment the last begins the phase. */
	assert_int_equal(rates.phase[1].mark, BOOT_INIT);
	assert_int_equal(rates.phase[1].exits, 600);
	assert_int_equal(rates.phase[1].cycles, 600);
	assert_int_equal(rates.phase[1].top[0].number, 0x7b);
	assert_int_equal(rates.phase[1].top[0].exits, 500);
	assert_int_equal(rates.phase[1].top[1].exits, 100);
}

static void two_paces_are_no_stable_rate(void **state)
{
	char *words;

	(void)state;
	take_two_paces();
	assert_true(rates_of(&run, &rates));
	/* The mean is 55 and each of the twelve spans is 45 away: sqrt(12 * 45^2 / 11) / 55. */
	assert_true(rates.variation > 0.854 && rates.variation < 0.855);
	assert_int_equal(rates.busiest, 100);
	assert_int_equal(rates.busiest_ms, 6000);
	assert_int_equal(rates.median, 100);
	words = rates_sentences(&run, &rates);
	assert_non_null(strstr(words, "does not increase at a stable rate: over 12 spans of 1000 ms"));
	assert_non_null(strstr(words, "init has the highest rate, 100 exits a second, and kernel the lowest, 10."));
	assert_non_null(strstr(words, "Within 0 of these 2 phases the rate is not stable."));
	assert_non_null(strstr(words, "5.0 ms in all, 0.04 % of the time"));
	free(words);
}

static void one_pace_is_a_stable_rate(void **state)
{
	char *words;

	(void)state;
	take("ms,exits,cycles,0x72\n0,0,0,0\n10000,1000,0,1000\n", TOLD("100") "mark 0 kernel\nmark 10000 off\n");
	assert_true(rates_of(&run, &rates));
	words = rates_sentences(&run, &rates);
	assert_non_null(strstr(words, "The number of exits increases at a stable rate: over 100 spans of 100 ms"));
	free(words);
}

static void a_short_run_tells_no_variation(void **state)
{
	char *words;

	(void)state;
	take("ms,exits,cycles,0x72\n0,0,0,0\n400,1000,0,1000\n", TOLD("100") "mark 0 kernel\nmark 400 off\n");
	assert_true(rates_of(&run, &rates));
	assert_true(rates.variation < 0 && !rates.has_seconds);
	words = rates_sentences(&run, &rates);
	assert_non_null(strstr(words, "too short to tell"));
	free(words);
}

static void the_summary_has_the_same_figures(void **state)
{
	json_t *summary = json_object(), *timeline, *phase;

	(void)state;
	take_two_paces();
	case_file_derive(&run);
	summary_add_rates(&run, summary);
	timeline = json_object_get(summary, "timeline");
	assert_int_equal(json_integer_value(json_object_get(timeline, "exits")), 660);
	phase = json_array_get(json_object_get(timeline, "phases"), 1);
	assert_string_equal(json_string_value(json_object_get(phase, "phase")), "init");
	assert_int_equal(json_integer_value(json_object_get(phase, "exits")), 600);
	json_decref(summary);
}

static void a_run_without_samples_has_no_rates(void **state)
{
	json_t *summary = json_object();

	(void)state;
	assert_false(rates_of(&run, &rates));
	summary_add_rates(&run, summary);
	assert_int_equal(json_object_size(summary), 0);
	json_decref(summary);
}

/* None of these may cost more time than a run's own samples. */
static void forged_times_are_not_believed(void **state)
{
	(void)state;
	take("ms,exits,cycles\n0,0,0\n18446744073709551615,5,5\n", TOLD("1"));
	assert_false(rates_of(&run, &rates));
	case_file_deinit(&run);
	take("ms,exits,cycles\n0,0,0\n100,5,5\n", TOLD("0"));
	assert_false(rates_of(&run, &rates));
	case_file_deinit(&run);
	take("ms,exits,cycles\n0,0,0\n100,5,5\n", TOLD("1") "mark 0 kernel\nmark 18446744073709551615 off\n");
	assert_true(rates_of(&run, &rates));
	assert_int_equal(rates.phase_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_phase_has_its_own_rate, tear_down),
		cmocka_unit_test_teardown(two_paces_are_no_stable_rate, tear_down),
		cmocka_unit_test_teardown(one_pace_is_a_stable_rate, tear_down),
		cmocka_unit_test_teardown(a_short_run_tells_no_variation, tear_down),
		cmocka_unit_test_teardown(the_summary_has_the_same_figures, tear_down),
		cmocka_unit_test_teardown(a_run_without_samples_has_no_rates, tear_down),
		cmocka_unit_test_teardown(forged_times_are_not_believed, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
