// SPDX-License-Identifier: GPL-2.0-only
/* Exits that never reach KVM's exit handler: a patch that counts there misses these, and may miss no others. */
#include "support/fakejudge.h"

#include "judge/point_compare.h"

#define MSR 0x7c	/* has a fast path on SVM */
#define IOIO 0x7b	/* has none */
#define FAST 300u	/* exits on fast paths by each point that was counted */

static uint32_t read_between(uint32_t reason)
{
	const struct point *p = run.records.point;
	int i = fake_index(reason);

	return p[EM_BOOT].sweep[i].exits.eax - p[EM_EARLY].sweep[i].exits.eax;
}

/* The kernel had counted `missing` more at early than the guest reads at boot, of this reason and in all. */
static void judge_missing(uint32_t reason, unsigned int missing, unsigned int fast, bool is_handled_known)
{
	struct host_histogram *t = &run.snapshot[EM_EARLY];

	live_for(EM_SVM, EM_SPLIT, NULL);
	count_at(EM_EARLY, reason, (int64_t)read_between(reason) + missing);
	t->hits = run.records.point[EM_BOOT].leaf[EM_TAG_BEFORE_TOTAL].regs.eax + missing;
	run.handled[EM_EARLY] = (struct handled_count){ is_handled_known, t->hits - fast };
	judge(&run, &verdicts);
}

static void what_the_handler_cannot_see_is_advice(void **state)
{
	(void)state;
	judge_missing(MSR, FAST, FAST, true);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_PASS);
	assert_int_equal(verdict_of("fast-path"), VERDICT_ADVICE);
	assert_got("fast-path", "they are not: ");
	assert_got("fast-path", "300 too few");
	assert_fails("");
	clean();
}

static void one_more_is_missing(void **state)
{
	(void)state;
	judge_missing(MSR, FAST + 1, FAST, true);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_got("oracle-points", "total exits ");
	assert_got("oracle-points", ": 1 too few");
	assert_int_equal(verdict_of("fast-path"), VERDICT_SKIP);
	clean();
}

/* The guest's own sleeps come between the two counts, and so does what is allowed: one more is missing of a reason. */
static void one_more_is_missing_of_the_reasons(void **state)
{
	uint32_t slept;

	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	slept = read_between(0x78);
	clean();
	judge_missing(MSR, FAST + slept, FAST + slept, true);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_PASS);
	clean();
	judge_missing(MSR, FAST + slept + 1, FAST, true);
	assert_got("oracle-points", "the reasons with fast paths together");
	assert_got("oracle-points", ": 1 too few");
	clean();
}

static void a_reason_without_a_fast_path_has_no_excuse(void **state)
{
	(void)state;
	judge_missing(IOIO, FAST, FAST, true);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_got("oracle-points", "reason 0x7b (IOIO)");
	assert_int_equal(verdict_of("fast-path"), VERDICT_SKIP);
	clean();
}

/* A figure beyond 2^31 where the kernel has counted nothing before is wrong, whatever has a fast path. */
static void garbage_is_wrong_where_nothing_was_counted(void **state)
{
	static const uint32_t reasons[] = { MSR, IOIO };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		live_for(EM_SVM, EM_SPLIT, NULL);
		run.has_begin = true;
		run.handled_begin.is_known = true;
		run.records.point[EM_EARLY].sweep[fake_index(reasons[i])].exits.eax = 0x90000000;
		count_at(EM_BOOT, MSR, 0);
		run.handled[EM_BOOT] = (struct handled_count){ true, run.snapshot[EM_BOOT].hits };
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
		clean();
	}
}

static void without_the_handlers_count_there_is_no_excuse(void **state)
{
	(void)state;
	judge_missing(MSR, FAST, FAST, false);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_int_equal(verdict_of("fast-path"), VERDICT_SKIP);
	clean();
}

static void our_own_specification_has_no_excuse(void **state)
{
	(void)state;
	judge_missing(MSR, FAST, FAST, true);
	judgement_deinit(&verdicts);
	free(run.evidence.edition);
	run.evidence.edition = NULL;
	case_file_derive(&run);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_int_equal(verdict_of("fast-path"), VERDICT_NONE);
	clean();
}

static void who_counts_them_passes(void **state)
{
	(void)state;
	judge_missing(MSR, 0, FAST, true);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_PASS);
	assert_int_equal(verdict_of("fast-path"), VERDICT_PASS);
	clean();
	judge_missing(MSR, 0, 0, true);
	assert_int_equal(verdict_of("fast-path"), VERDICT_SKIP);
	assert_got("fast-path", "no exit took a fast path");
	clean();
}

/* What was handled before the guest's VM was made is none of its own. */
static void only_the_guests_own_calls_count(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	count_at(EM_EARLY, MSR, 50);
	run.has_begin = true;
	run.begin.hits = 50;
	run.begin.reason[run.begin.reason_count++] = (struct trace_reason){ MSR, 50 };
	run.counted = COUNTED_VM;
	run.handled[EM_EARLY] = (struct handled_count){ true, run.snapshot[EM_EARLY].hits };
	assert_false(point_knows_handled(&run));
	run.handled_begin = (struct handled_count){ true, 50 };
	assert_true(point_knows_handled(&run));
	assert_int_equal(point_fast_exits(&run), 0);
	run.handled_begin.calls = 53;
	assert_int_equal(point_fast_exits(&run), 3);
	run.counted = COUNTED_MODULE;
	assert_int_equal(point_fast_exits(&run), 0);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_handler_cannot_see_is_advice),
		cmocka_unit_test(one_more_is_missing),
		cmocka_unit_test(one_more_is_missing_of_the_reasons),
		cmocka_unit_test(a_reason_without_a_fast_path_has_no_excuse),
		cmocka_unit_test(garbage_is_wrong_where_nothing_was_counted),
		cmocka_unit_test(without_the_handlers_count_there_is_no_excuse),
		cmocka_unit_test(our_own_specification_has_no_excuse),
		cmocka_unit_test(who_counts_them_passes),
		cmocka_unit_test(only_the_guests_own_calls_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
