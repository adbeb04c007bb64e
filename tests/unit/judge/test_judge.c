// SPDX-License-Identifier: GPL-2.0-only
/*
 * A right patch passes in each layout; figures that disagree, inputs that are
 * absent or broken, points and guests that are lost never do.
 */
#include "support/fakejudge.h"

static void live_and_parse(enum em_vendor vendor)
{
	fake_init(vendor, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
}

static void check_right_patch(void)
{
	live_and_judge();
	assert_fails("");
	assert_int_equal(verdicts.status, STATUS_PASS);
	assert_int_equal(verdict_of("sum-cycles"), fake.layout == EM_COMBINED ? VERDICT_SKIP : VERDICT_PASS);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_PASS);
}

static void a_right_patch_passes_in_each_layout(void **state)
{
	(void)state;
	in_each_layout(check_right_patch);
}

static void counts_that_pass_32_bits_are_right(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.exits[fake_index(0x400)] = 0xfffff000;	/* wraps in eax between the points */
	fake.cycles[fake_index(0x400)] = 1ull << 40;
	fake.tsc = 1ull << 41;
	live_and_judge();
	assert_fails("");
	clean();
}

static void counters_reset_between_points_fail(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	for (int i = 0; i < EM_POINTS; i++) {
		if (!(scenario_points(SCENARIO_BOOT) & 1u << i))
			continue;
		if (i == EM_SHUTDOWN) {
			memset(fake.exits, 0, sizeof(fake.exits));
			memset(fake.cycles, 0, sizeof(fake.cycles));
		} else {
			fake_work();
		}
		texts.point[i] = fake_point((enum em_point)i, FAKE_NONCE);
	}
	texts.host = fake_host_counters();
	judge_texts();
	assert_fails("boot-totals");
	clean();
}

/* Each figure alone, so that no other stands in for it. */
static void one_figure_that_shrinks_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 5; figure++) {
		struct point *p = &run.records.point[EM_SHUTDOWN];
		struct sweep_answer *npf;

		live_and_parse(EM_SVM);
		npf = &p->sweep[fake_index(0x400)];
		if (figure == 0)
			p->leaf[EM_TAG_BEFORE_TOTAL].regs.eax -= 8000;
		if (figure == 1)
			p->leaf[EM_TAG_BEFORE_CYCLES].regs.ecx -= 40000000;
		if (figure == 2)
			npf->exits.eax -= 3101;
		if (figure == 3)
			npf->cycles.ecx -= 3101 * FAKE_FAULT_CYCLES;
		if (figure == 4)
			run.records.point[EM_EARLY].leaf[EM_TAG_BEFORE_TOTAL].regs.eax = 0;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("boot-totals"), VERDICT_FAIL);
		clean();
	}
}

static void judge_growth_of_cycles(uint32_t add, uint32_t vcpus, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake.tsc = 1ull << 41;
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.vcpus = vcpus;
	run.records.point[EM_BOOT].leaf[EM_TAG_AGAIN_CYCLES].regs.ecx += add;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-plausible"), want);
	clean();
}

static void growth_is_held_against_the_time_it_took(void **state)
{
	(void)state;
	judge_growth_of_cycles(0, 1, VERDICT_PASS);
	judge_growth_of_cycles(100000000, 1, VERDICT_FAIL);
	judge_growth_of_cycles(100000000, 2, VERDICT_PASS);
	judge_growth_of_cycles(-10000000u, 2, VERDICT_FAIL);
}

static void one_host_figure_below_the_guests_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 4; figure++) {
		struct point *p = &run.records.point[EM_SHUTDOWN];
		struct sweep_answer *npf;

		live_and_parse(EM_SVM);
		npf = &p->sweep[fake_index(0x400)];
		if (figure == 0)
			p->leaf[EM_TAG_AFTER_TOTAL].regs.eax = (uint32_t)run.host.exits + 1;
		if (figure == 1)
			p->leaf[EM_TAG_AFTER_CYCLES].regs.ecx = (uint32_t)run.host.cycles + 1;
		if (figure == 2)
			npf->exits.eax += 3101;
		if (figure == 3)
			npf->cycles.ecx += 3101 * FAKE_FAULT_CYCLES;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("host-agrees"), VERDICT_FAIL);
		clean();
	}
}

static void more_cycles_than_time_fail(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.cycles[fake_index(0x400)] = 1ull << 40;
	live_and_judge();
	assert_fails("cycles-plausible");
	clean();
}

/* An oracle that differs by one, each figure in turn. */
static void a_host_off_by_one_fails(void **state)
{
	(void)state;
	for (int figure = 0; figure < 4; figure++) {
		live_and_parse(EM_SVM);
		run.host.exits -= figure == 0;
		run.host.cycles += figure == 1;
		run.host.reason[0].exits += figure == 2;
		run.host.other_cycles += figure == 3;
		judge(&run, &verdicts);
		assert_fails("host-agrees");
		clean();
	}
}

/* The statistic is of one VM; counters of all VMs are not held against it. */
static void a_global_scope_skips_the_statistic(void **state)
{
	(void)state;
	for (int is_global = 0; is_global < 2; is_global++) {
		live_and_parse(EM_SVM);
		run.input[CASE_STAT].state = INPUT_READ;
		run.stat_exits = run.host.exits - 1;
		run.host.is_global = is_global;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("oracle-stat"), is_global ? VERDICT_SKIP : VERDICT_FAIL);
		assert_int_equal(verdict_of("host-agrees"), VERDICT_PASS);
		clean();
	}
}

/* 5.10 counts in it what is no exit; every other kernel's must be equal. */
static void only_5_10_skips_the_statistic(void **state)
{
	static const struct {
		const char *kernel;
		enum verdict verdict;
	} kernels[] = {
		{ "5.10.0-46-cloud-amd64", VERDICT_SKIP },
		{ "5.100.1", VERDICT_FAIL },
		{ "6.12.5+5.10.0", VERDICT_FAIL },
		{ "7.2.12+deb13-cloud-amd64", VERDICT_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		live_and_parse(EM_SVM);
		free(run.evidence.host_kernel);
		run.evidence.host_kernel = strdup(kernels[i].kernel);
		run.input[CASE_STAT].state = INPUT_READ;
		run.stat_exits = run.host.exits + 1;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("oracle-stat"), kernels[i].verdict);
		clean();
	}
}

static void a_host_below_the_guest_fails(void **state)
{
	char *early;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_work();
	early = fake_host_counters();
	fake_live(&texts);
	free(texts.host);
	texts.host = early;
	judge_texts();
	assert_fails("host-agrees");
	clean();
}

static void a_missing_input_skips(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	free(texts.host);
	free(texts.enabled);
	texts.host = texts.enabled = NULL;
	judge_texts();
	assert_fails("");
	assert_int_equal(verdict_of("host-agrees"), VERDICT_SKIP);
	assert_int_equal(verdict_of("regs-not-enabled"), VERDICT_SKIP);
	assert_int_equal(verdict_of("regs-valid"), VERDICT_PASS);
	clean();
}

static void a_broken_input_is_lost(void **state)
{
	(void)state;
	live_and_parse(EM_SVM);
	run.input[CASE_HOST].state = INPUT_DAMAGED;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_LOST);
	assert_int_equal(verdicts.status, STATUS_LOST);
	clean();
}

static void lost_points_are_never_a_pass(void **state)
{
	(void)state;
	for (int lost = 0; lost < EM_POINTS; lost++) {
		fake_init(EM_VMX, EM_SPLIT);
		fake.scenario = lost == EM_OPERATIONS ? SCENARIO_OPERATIONS :
				lost == EM_WORK || lost == EM_WORKED ? SCENARIO_WORKLOAD : SCENARIO_REBOOT;
		fake_live(&texts);
		texts.point[lost][10]++;
		judge_texts();
		assert_int_equal(verdicts.status, STATUS_LOST);
		for (unsigned int i = 0; i < clause_count; i++)
			if (clauses[i].judge_point)
				assert_int_equal(verdicts.findings[i].verdict, VERDICT_LOST);
		assert_int_equal(verdict_of("records"), VERDICT_LOST);
		assert_int_equal(verdict_of("boot-totals"), VERDICT_LOST);
		assert_int_equal(verdict_of("host-agrees"),
				 lost == EM_SHUTDOWN ? VERDICT_LOST : VERDICT_PASS);
		clean();
	}
}

static void an_unfinished_guest_is_lost(void **state)
{
	(void)state;
	for (int outcome = 1; outcome < OUTCOMES; outcome++) {
		/* There was no guest: test_submission.c. */
		if (outcome == OUTCOME_NOT_BUILT || outcome == OUTCOME_HOST_CRASHED)
			continue;
		live_and_parse(EM_VMX);
		run.evidence.outcome = (enum outcome)outcome;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("finished"), VERDICT_LOST);
		assert_int_equal(verdicts.status,
				 outcome == OUTCOME_TIMEOUT ? STATUS_TIMEOUT : STATUS_LOST);
		clean();
	}
}

static void leak(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 0x72)
		r->ebx = 0xffff8881;
}

static void a_failure_outranks_a_loss(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = leak;
	fake_live(&texts);
	texts.point[EM_SHUTDOWN][10]++;
	judge_texts();
	assert_int_equal(verdict_of("regs-valid"), VERDICT_FAIL);
	assert_int_equal(verdicts.status, STATUS_FAIL);
	clean();
}

static void every_clause_says_what_it_is(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < clause_count; i++) {
		assert_non_null(clauses[i].title);
		assert_non_null(clauses[i].source);
		assert_non_null(clauses[i].hint);
		assert_true(!clauses[i].judge_run != !clauses[i].judge_point);
		for (unsigned int k = 0; k < i; k++)
			assert_string_not_equal(clauses[i].id, clauses[k].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_patch_passes_in_each_layout),
		cmocka_unit_test(counts_that_pass_32_bits_are_right),
		cmocka_unit_test(counters_reset_between_points_fail),
		cmocka_unit_test(one_figure_that_shrinks_fails),
		cmocka_unit_test(growth_is_held_against_the_time_it_took),
		cmocka_unit_test(one_host_figure_below_the_guests_fails),
		cmocka_unit_test(more_cycles_than_time_fail),
		cmocka_unit_test(a_host_off_by_one_fails),
		cmocka_unit_test(a_global_scope_skips_the_statistic),
		cmocka_unit_test(only_5_10_skips_the_statistic),
		cmocka_unit_test(a_host_below_the_guest_fails),
		cmocka_unit_test(a_missing_input_skips),
		cmocka_unit_test(a_broken_input_is_lost),
		cmocka_unit_test(lost_points_are_never_a_pass),
		cmocka_unit_test(an_unfinished_guest_is_lost),
		cmocka_unit_test(a_failure_outranks_a_loss),
		cmocka_unit_test(every_clause_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
