// SPDX-License-Identifier: GPL-2.0-only
/* A clause has the weight that the edition gives it: only what is required fails or loses a run. */
#include "support/fakejudge.h"

#include "judge/edition_builtin.h"

static unsigned int index_of(const char *id)
{
	unsigned int i = 0;

	while (strcmp(clauses[i].id, id))
		i++;
	return i;
}

static void weigh(const char *id, enum weight weight)
{
	((struct edition *)run.edition)->weight[index_of(id)] = weight;
}

/* A right patch, but for a register of the totals that is not written. */
static void live_leaking(void)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	for (int i = 0; i < EM_POINTS; i++)
		run.records.point[i].leaf[EM_TAG_BEFORE_TOTAL].regs.edx = 0xffff8880;
}

static void what_is_required_fails_the_run(void **state)
{
	(void)state;
	live_leaking();
	judge(&run, &verdicts);
	assert_fails("regs-totals");
	assert_int_equal(verdicts.status, STATUS_FAIL);
	clean();
}

static void what_is_good_practice_is_advised(void **state)
{
	const struct finding *f;

	(void)state;
	live_leaking();
	weigh("regs-totals", WEIGHT_PRACTICE);
	judge(&run, &verdicts);
	f = &verdicts.findings[index_of("regs-totals")];
	assert_int_equal(f->verdict, VERDICT_ADVICE);
	assert_true(f->is_leak);
	assert_non_null(strstr(f->got, "edx=ffff...."));
	assert_int_equal(verdicts.verdict, VERDICT_PASS);
	assert_int_equal(verdicts.status, STATUS_PASS);
	clean();
}

static void what_is_not_asked_is_not_judged(void **state)
{
	const struct finding *f;
	unsigned int told;

	(void)state;
	live_leaking();
	judge(&run, &verdicts);
	told = judgement_told(&verdicts);
	judgement_deinit(&verdicts);
	weigh("regs-totals", WEIGHT_NOT_ASKED);
	judge(&run, &verdicts);
	f = &verdicts.findings[index_of("regs-totals")];
	assert_int_equal(f->verdict, VERDICT_NONE);
	assert_string_equal(f->got, "the edition exitmeter does not ask for it");
	assert_int_equal(judgement_told(&verdicts), told - 1);
	assert_int_equal(verdicts.status, STATUS_PASS);
	clean();
}

/* What was lost may be the very thing that fails, so it is never a pass; advice costs nothing. */
static void what_was_lost_loses_the_run_only_where_it_is_required(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.input[CASE_HOST].state = INPUT_DAMAGED;
	weigh("host-agrees", WEIGHT_PRACTICE);
	weigh("oracle-trace", WEIGHT_PRACTICE);
	weigh("oracle-stat", WEIGHT_PRACTICE);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_SKIP);
	assert_int_equal(verdicts.status, STATUS_PASS);
	judgement_deinit(&verdicts);
	weigh("host-agrees", WEIGHT_REQUIRED);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-agrees"), VERDICT_LOST);
	assert_int_equal(verdicts.status, STATUS_LOST);
	clean();
}

/* A submission of 2021 may go by a newer manual; --sdm holds to the letter. */
static void what_a_later_manual_defines_may_be_answered_either_way(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	((struct edition *)run.edition)->sdm = 2020;
	judge(&run, &verdicts);
	assert_fails("");
	judgement_deinit(&verdicts);
	run.evidence.sdm = 2020;
	judge(&run, &verdicts);
	assert_fails("regs-undefined");
	clean();
}

static void our_own_specification_requires_every_clause(void **state)
{
	(void)state;
	for (int layout = 0; layout < EM_LAYOUTS; layout++) {
		_cleanup_free_ struct edition *e = edition_of_layout((enum em_layout)layout);

		assert_true(edition_is_own(e));
		assert_int_equal(edition_has(e, FIGURE_REASON_CYCLES), layout != EM_COMBINED);
		/* Fast paths are part of oracle-points there. */
		for (unsigned int i = 0; i < clause_count; i++)
			assert_int_equal(e->weight[i], clauses[i].is_advice ? WEIGHT_PRACTICE :
					 strcmp(clauses[i].id, "fast-path") ? WEIGHT_REQUIRED : WEIGHT_NOT_ASKED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_required_fails_the_run),
		cmocka_unit_test(what_is_good_practice_is_advised),
		cmocka_unit_test(what_is_not_asked_is_not_judged),
		cmocka_unit_test(what_was_lost_loses_the_run_only_where_it_is_required),
		cmocka_unit_test(what_a_later_manual_defines_may_be_answered_either_way),
		cmocka_unit_test(our_own_specification_requires_every_clause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
