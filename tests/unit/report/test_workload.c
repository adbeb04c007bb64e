// SPDX-License-Identifier: GPL-2.0-only
/* A guest that runs a program of the user's: its exits, and what the reports tell of it. */
#include "support/fakejudge.h"

#include "judge/figures.h"
#include "report/summary.h"
#include "report/table.h"

static void live_with_workload(void)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake.scenario = SCENARIO_WORKLOAD;
	live_and_judge();
	run.evidence.workload = json_pack("{ss ss si}", "name", "make.sh", "sha256", "00ff", "seconds", 60);
}

static void a_run_with_a_workload_passes(void **state)
{
	static struct figures f;

	(void)state;
	live_with_workload();
	assert_fails("");
	assert_int_equal(judgement_count(&verdicts, VERDICT_LOST), 0);
	assert_true(figures_of_scenario(&run, SCENARIO_WORKLOAD, &f));
	assert_int_equal(f.row[0].exits, 3100);
	assert_true(f.has_own);
	clean();
}

static void the_table_tells_its_end_and_none_of_its_words(void **state)
{
	_cleanup_free_ char *table = NULL;

	(void)state;
	live_with_workload();
	table = table_format(&run, &verdicts, false);
	assert_non_null(strstr(table, "Workload: make.sh\n"));
	assert_non_null(strstr(table, "SHA-256 00ff"));
	assert_non_null(strstr(table, "it ended with exit status 3 after 1.250 s; it printed 100 bytes, 100 of them in"));
	assert_non_null(strstr(table, "Scenario workload: from just before the workload to its end\n"));
	assert_null(strstr(table, "EM1"));
	clean();
}

static void the_summary_tells_its_end(void **state)
{
	json_t *summary, *ran;

	(void)state;
	live_with_workload();
	summary = summary_to_json(&run);
	ran = json_object_get(summary, "workload_run");
	assert_string_equal(json_string_value(json_object_get(ran, "end")), "exited");
	assert_int_equal(json_integer_value(json_object_get(ran, "code")), 3);
	assert_int_equal(json_integer_value(json_object_get(ran, "kept")), 100);
	assert_string_equal(json_string_value(json_object_get(json_object_get(summary, "workload"), "name")), "make.sh");
	json_decref(summary);
	clean();
}

static void a_run_without_one_tells_of_none(void **state)
{
	_cleanup_free_ char *table = NULL;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_and_judge();
	table = table_format(&run, &verdicts, false);
	assert_null(strstr(table, "Workload"));
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_with_a_workload_passes),
		cmocka_unit_test(the_table_tells_its_end_and_none_of_its_words),
		cmocka_unit_test(the_summary_tells_its_end),
		cmocka_unit_test(a_run_without_one_tells_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
