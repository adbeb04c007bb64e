// SPDX-License-Identifier: GPL-2.0-only
/* Which layout is spoken, which edition of the manual counts, and figures that take several points. */
#include "support/fakejudge.h"

static void every_layout_is_found_out(void **state)
{
	(void)state;
	for (int vendor = EM_SVM; vendor <= EM_VMX; vendor++) {
		for (int layout = 0; layout < EM_LAYOUTS; layout++) {
			struct measurement m;

			fake_init((enum em_vendor)vendor, (enum em_layout)layout);
			fake_work();
			probe_measure(EM_LAYOUTS, PROBE_SPINS, &m);
			assert_int_equal(m.layout, layout);
		}
		fake.kvm = FAKE_STOCK;
		{
			struct measurement m;

			probe_measure(EM_LAYOUTS, PROBE_SPINS, &m);
			assert_int_equal(em_layout_spoken(m.telling), EM_LAYOUTS);
			assert_int_equal(m.layout, EM_SPLIT);
		}
	}
}

static void swap_reason_leaves(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd)
		*r = fake_answer(0x4ffffffc, ecx);
	else if (fn == 0x4ffffffc)
		*r = fake_answer(0x4ffffffd, ecx);
}

static void two_swapped_leaves_are_named(void **state)
{
	(void)state;
	fake_init(EM_VMX, EM_SPLIT);
	fake.mangle = swap_reason_leaves;
	live_and_judge();
	assert_int_equal(verdict_of("layout"), VERDICT_FAIL);
	assert_string_equal(got("layout"),
				"no layout: 0x4FFFFFFC tells exits of a reason in place of cycles of a reason; "
				"0x4FFFFFFD tells cycles of a reason in place of exits of a reason");
	clean();
}

/* Another year's submission, taken for split. */
static void speak_reversed(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	fake.layout = EM_REVERSED;
	*r = fake_answer(fn, ecx);
	fake.layout = EM_SPLIT;
}

static void another_layout_is_named(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = speak_reversed;
	live_and_judge();
	assert_int_equal(verdict_of("layout"), VERDICT_FAIL);
	clean();
}

static void an_edition_decides_what_is_undefined(void **state)
{
	(void)state;
	/* BUS_LOCK, by 2021-01; disputed ones stay so. */
	assert_int_equal(reason_standing_in(EM_VMX, 74, 0), REASON_DEFINED);
	assert_int_equal(reason_standing_in(EM_VMX, 74, 2022), REASON_DEFINED);
	assert_int_equal(reason_standing_in(EM_VMX, 74, 2021), REASON_DISPUTED);
	assert_int_equal(reason_standing_in(EM_VMX, 74, 2020), REASON_UNDEFINED);
	assert_int_equal(reason_standing_in(EM_VMX, 10, 2006), REASON_DEFINED);
	assert_int_equal(reason_standing_in(EM_VMX, 35, 2024), REASON_UNDEFINED);
	assert_int_equal(reason_standing_in(EM_VMX, 70, 2025), REASON_DISPUTED);
	assert_int_equal(reason_standing_in(EM_SVM, 0x8e, 2018), REASON_UNDEFINED);
	assert_int_equal(reason_standing_in(EM_SVM, 0x8e, 2020), REASON_DEFINED);
}

/* A patch that goes by an older manual, and gives its sentinel. */
static void of_2018(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if ((fn == 0x4ffffffd || fn == 0x4ffffffc) && ecx >= 67 && ecx < 0xf0000000)
		*r = (struct em_regs){ .edx = 0xffffffff };
}

static void a_patch_is_judged_by_its_edition(void **state)
{
	(void)state;
	for (unsigned int year = 0; year <= 2018; year += 2018) {
		fake_init(EM_VMX, EM_SPLIT);
		fake.mangle = of_2018;
		fake_live(&texts);
		fake_parse(&texts, &run);
		run.evidence.sdm = year;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("regs-undefined"), VERDICT_PASS);
		assert_int_equal(verdict_of("regs-not-enabled"), year ? VERDICT_PASS : VERDICT_FAIL);
		clean();
	}
}

static void judge_crowd(uint32_t lost, uint64_t shrunk, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake.cpus = 4;
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.records.point[EM_SHUTDOWN].crowd.after.eax -= lost;
	run.records.point[EM_SHUTDOWN].crowd.shrunk = shrunk;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("concurrent"), want);
	clean();
}

static void a_crowd_loses_no_cpuid(void **state)
{
	(void)state;
	judge_crowd(0, 0, VERDICT_PASS);
	judge_crowd(1, 0, VERDICT_FAIL);
	judge_crowd(0, 1, VERDICT_FAIL);
}

static void judge_carry(struct em_regs before, struct em_regs after, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.records.point[EM_SHUTDOWN].carry = (struct carry_record){ .count = 9, .tsc = 5000,
		.before = before, .after = after };
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-carry"), want);
	clean();
}

static void the_high_half_carries(void **state)
{
	(void)state;
	judge_carry((struct em_regs){ 0, 1, 0xffffff00, 0 }, (struct em_regs){ 0, 2, 0x10, 0 }, VERDICT_PASS);
	judge_carry((struct em_regs){ 0, 0, 0xffffff00, 0 }, (struct em_regs){ 0, 0, 0x10, 0 }, VERDICT_FAIL);
	judge_carry((struct em_regs){ 0, 1, 0xffffff00, 0 }, (struct em_regs){ 0, 3, 0x10, 0 }, VERDICT_FAIL);
	judge_carry((struct em_regs){ 0, 1, 0x100, 0 }, (struct em_regs){ 0, 1, 0x200, 0 }, VERDICT_SKIP);
}

/* waited: the cycles that a page fault waited, of which 5000 are told; 0: none was let wait. */
static void judge_handling_after_wait(uint64_t cpuid, uint64_t fault, uint64_t waited, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.host_checks.wait_count = waited ? 1 : 0;
	run.host_checks.wait[0] = (struct inspected_wait){ .total_leaf = case_leaf(&run, FIGURE_CYCLES),
		.total = { 100, 5100 }, .waited = waited, .inside = 9000 };
	for (int i = 0; i < EM_POINTS; i++)
		run.records.point[i].handling = (struct handling_record){ true, cpuid, fault, fault ? 4 : 0 };
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-handling"), want);
	clean();
}

static void judge_handling(uint64_t cpuid, uint64_t fault, enum verdict want)
{
	judge_handling_after_wait(cpuid, fault, 0, want);
}

static void what_takes_longer_has_more_cycles(void **state)
{
	(void)state;
	judge_handling(1000, 1501, VERDICT_PASS);
	judge_handling(1000, 1500, VERDICT_FAIL);
	judge_handling(0, 1500, VERDICT_FAIL);
	judge_handling(1000, 0, VERDICT_SKIP);
	/* Where a CPUID takes as long, a handler that is known to be measured is no fault; one that is not is. */
	judge_handling_after_wait(1000, 900, 5000, VERDICT_SKIP);
	judge_handling_after_wait(1000, 900, 5001, VERDICT_FAIL);
	judge_handling_after_wait(0, 900, 5000, VERDICT_FAIL);
	judge_handling_after_wait(1000, 1501, 5000, VERDICT_PASS);
}

/* The tracepoint, read at the point `early`, had this many CPUIDs more than the guest read there. */
static enum verdict judge_snapshot(enum em_point at, int more)
{
	enum verdict got;
	struct host_histogram *t = &run.snapshot[at];
	uint32_t total;

	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	total = run.records.point[at].leaf[EM_TAG_AFTER_TOTAL].regs.eax;
	run.has_snapshot[at] = true;
	t->hits = total + 10;
	for (unsigned int i = 0; i < EM_SWEEP_COUNT; i++)
		t->reason[t->reason_count++] = (struct trace_reason){ em_sweep_number(i),
			run.records.point[at].sweep[i].exits.eax + (em_sweep_number(i) == 0x7c ? more : 0) };
	judge(&run, &verdicts);
	got = verdict_of("oracle-points");
	clean();
	return got;
}

static void each_point_lies_between_two_counts(void **state)
{
	(void)state;
	assert_int_equal(judge_snapshot(EM_EARLY, 0), VERDICT_PASS);
	/* Above what was counted by then. */
	assert_int_equal(judge_snapshot(EM_EARLY, -1), VERDICT_FAIL);
	/* 700 came until the next point, not 701: one was not counted. */
	assert_int_equal(judge_snapshot(EM_EARLY, 700), VERDICT_PASS);
	assert_int_equal(judge_snapshot(EM_EARLY, 701), VERDICT_FAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layout_is_found_out),
		cmocka_unit_test(two_swapped_leaves_are_named),
		cmocka_unit_test(another_layout_is_named),
		cmocka_unit_test(an_edition_decides_what_is_undefined),
		cmocka_unit_test(a_patch_is_judged_by_its_edition),
		cmocka_unit_test(a_crowd_loses_no_cpuid),
		cmocka_unit_test(the_high_half_carries),
		cmocka_unit_test(what_takes_longer_has_more_cycles),
		cmocka_unit_test(each_point_lies_between_two_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
