// SPDX-License-Identifier: GPL-2.0-only
/* A guest that reboots: its points, the clause that is its own, and each scenario's figures. */
#include "support/fakejudge.h"

#include "judge/figures.h"
#include "report/summary.h"

static struct figures figures;

static void live(enum em_vendor vendor, enum scenario scenario)
{
	fake_init(vendor, EM_SPLIT);
	fake.scenario = scenario;
	live_and_judge();
}

static void a_guest_that_reboots_passes(void **state)
{
	(void)state;
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		live((enum em_vendor)vendor, SCENARIO_REBOOT);
		assert_fails("");
		assert_int_equal(verdict_of("reboot-carries"), VERDICT_PASS);
		assert_int_equal(judgement_count(&verdicts, VERDICT_LOST), 0);
		/*
		 * All but builds, which is about source, host-complains, for there was no L1 host,
		 * paging, which nobody asked for, fast-path, which is of courses, and three of operations.
		 */
		assert_int_equal(judgement_told(&verdicts), clause_count - 7);
		clean();
	}
}

static void a_guest_that_does_not_is_not_judged_by_it(void **state)
{
	(void)state;
	for (int i = 0; i < SCENARIOS; i++) {
		if (i == SCENARIO_REBOOT)
			continue;
		live(EM_SVM, (enum scenario)i);
		assert_int_equal(verdict_of("reboot-carries"), VERDICT_NONE);
		assert_int_equal(verdicts.status, STATUS_PASS);
		clean();
	}
}

/* As a patch does whose counters are cleared with the vCPU's registers. */
static void counters_that_begin_anew_fail(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.scenario = SCENARIO_REBOOT;
	for (int i = 0; i < EM_POINTS; i++) {
		if (i == EM_EARLY2) {
			memset(fake.exits, 0, sizeof(fake.exits));
			memset(fake.cycles, 0, sizeof(fake.cycles));
			fake.tsc = 1000000;
		}
		texts.point[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	texts.host = fake_host_counters();
	judge_texts();
	assert_fails("reboot-carries boot-totals");
	clean();
}

static void a_reboot_has_one_reset_or_two(void **state)
{
	(void)state;
	for (uint32_t resets = 0; resets < 4; resets++) {
		live(EM_SVM, SCENARIO_REBOOT);
		judgement_deinit(&verdicts);
		run.evidence.resets = resets;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("reboot-carries"),
				 resets == 1 || resets == 2 ? VERDICT_PASS : VERDICT_LOST);
		clean();
	}
}

static void cycles_of_the_first_life_are_not_held_against_the_second_tsc(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.scenario = SCENARIO_REBOOT;
	fake.tsc = 1ull << 42;
	fake.cycles[fake_index(0x400)] = 1ull << 41;
	fake.exits[fake_index(0x400)] = 1;
	live_and_judge();
	assert_fails("");
	judgement_deinit(&verdicts);
	/* But cycles of the second are. */
	run.records.point[EM_BOOT2].leaf[EM_TAG_AFTER_CYCLES].regs.ebx += 1;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-plausible"), VERDICT_FAIL);
	clean();
}

static void a_point_of_another_scenario_is_torn(void **state)
{
	char *stray;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	stray = fake_point(EM_REBOOT, FAKE_NONCE);
	texts.point[EM_REBOOT] = stray;
	judge_texts();
	assert_int_equal(run.records.point[EM_REBOOT].status, POINT_TORN);
	assert_int_equal(verdict_of("records"), VERDICT_LOST);
	clean();
}

static void figures_are_what_came_between(void **state)
{
	struct point *p = run.records.point;
	uint64_t sum = 0;

	(void)state;
	live(EM_SVM, SCENARIO_REBOOT);
	assert_true(figures_of_scenario(&run, SCENARIO_REBOOT, &figures));
	/* Two works lie between: one before early2, one before boot2. */
	assert_int_equal(figures.row[0].number, 0x400);
	assert_int_equal(figures.row[0].exits, 2 * 3100);
	assert_int_equal(figures.row[0].cycles, 2 * 3100 * FAKE_FAULT_CYCLES);
	assert_int_equal(figures.exits, p[EM_BOOT2].leaf[EM_TAG_BEFORE_TOTAL].regs.eax -
						p[EM_REBOOT].leaf[EM_TAG_BEFORE_TOTAL].regs.eax);
	for (unsigned int i = 0; i < figures.count; i++)
		sum += figures.row[i].exits;
	assert_int_equal(sum, figures.exits);
	/* All that the fake guest does but work is the probe's; four CPUIDs around each point escape it. */
	assert_true(figures.has_own);
	assert_int_equal(figures.exits - figures.own_exits,
			 2 * (3100 + 1900 + 700 + 90 + 40 + 250) + 2 * 4);

	assert_true(figures_of_scenario(&run, SCENARIO_BOOT, &figures));
	assert_int_equal(figures.row[0].exits, 2 * 3100);
	assert_true(figures_of_scenario(&run, SCENARIO_SHUTDOWN, &figures));
	assert_int_equal(figures.row[0].exits, 3100);
	clean();
}

static void a_count_that_wraps_is_a_small_difference(void **state)
{
	(void)state;
	fake_init(EM_VMX, EM_SPLIT);
	fake.scenario = SCENARIO_REBOOT;
	fake.exits[fake_index(48)] = 0xffffffff - 3 * 3100;	/* wraps behind the third work */
	fake.cycles[fake_index(48)] = 1ull << 40;
	fake.tsc = 1ull << 42;
	live_and_judge();
	assert_true(figures_of_scenario(&run, SCENARIO_REBOOT, &figures));
	assert_int_equal(figures.row[0].number, 48);
	assert_int_equal(figures.row[0].exits, 2 * 3100);
	clean();
}

static void what_was_lost_has_no_figures(void **state)
{
	json_t *summary, *json;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.scenario = SCENARIO_REBOOT;
	fake_live(&texts);
	texts.point[EM_BOOT2][10]++;
	judge_texts();
	summary = summary_to_json(&run);
	json = json_object_get(summary, "scenarios");
	assert_non_null(json_object_get(json, "boot"));
	assert_null(json_object_get(json, "reboot"));
	assert_null(json_object_get(json, "shutdown"));
	json_decref(summary);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_guest_that_reboots_passes),
		cmocka_unit_test(a_guest_that_does_not_is_not_judged_by_it),
		cmocka_unit_test(counters_that_begin_anew_fail),
		cmocka_unit_test(a_reboot_has_one_reset_or_two),
		cmocka_unit_test(cycles_of_the_first_life_are_not_held_against_the_second_tsc),
		cmocka_unit_test(a_point_of_another_scenario_is_torn),
		cmocka_unit_test(figures_are_what_came_between),
		cmocka_unit_test(a_count_that_wraps_is_a_small_difference),
		cmocka_unit_test(what_was_lost_has_no_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
