// SPDX-License-Identifier: GPL-2.0-only
/* Causes come before consequences: which failure follows from which. */
#include "support/fakejudge.h"

#include "judge/consequence.h"

static struct finding findings[EDITION_CLAUSES_MAX];

static struct finding *finding_of(const char *id)
{
	return &findings[clause_number(id)];
}

static const char *cause_of(const char *id)
{
	const struct finding *f = finding_of(id);

	return f->cause ? f->cause->id : "";
}

static int set_up(void **state)
{
	(void)state;
	memset(findings, 0, sizeof(findings));
	for (unsigned int i = 0; i < clause_count; i++)
		findings[i].clause = &clauses[i];
	return 0;
}

static void a_failure_alone_follows_from_nothing(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < clause_count; i++) {
		set_up(NULL);
		findings[i].verdict = VERDICT_FAIL;
		consequence_find(findings);
		assert_null(findings[i].cause);
	}
}

static void of_a_chain_each_has_the_first_cause(void **state)
{
	(void)state;
	finding_of("cycles-carry")->verdict = VERDICT_FAIL;
	finding_of("cycles-plausible")->verdict = VERDICT_FAIL;
	finding_of("sum-cycles")->verdict = VERDICT_FAIL;
	finding_of("sum-exits")->verdict = VERDICT_FAIL;
	consequence_find(findings);
	assert_string_equal(cause_of("cycles-carry"), "");
	assert_string_equal(cause_of("cycles-plausible"), "cycles-carry");
	assert_string_equal(cause_of("sum-cycles"), "cycles-carry");
	assert_string_equal(cause_of("sum-exits"), "");
}

/* Whatever fails, there is an end, and something that follows from nothing. */
static void there_is_no_circle(void **state)
{
	unsigned int causes = 0;

	(void)state;
	for (unsigned int i = 0; i < clause_count; i++)
		findings[i].verdict = VERDICT_FAIL;
	findings[2].verdict = VERDICT_PASS;
	finding_of("layout")->verdict = VERDICT_PASS;
	consequence_find(findings);
	for (unsigned int i = 0; i < clause_count; i++)
		causes += findings[i].verdict == VERDICT_FAIL && !findings[i].cause;
	assert_true(causes > 1);
	for (unsigned int i = 0; i < clause_count; i++)
		assert_true(!findings[i].cause || !finding_of(findings[i].cause->id)->cause);
}

static void where_the_leaves_are_swapped_all_figures_follow(void **state)
{
	(void)state;
	finding_of("layout")->verdict = VERDICT_FAIL;
	finding_of("sum-exits")->verdict = VERDICT_FAIL;
	finding_of("oracle-points")->verdict = VERDICT_FAIL;
	finding_of("other-leaves")->verdict = VERDICT_FAIL;
	finding_of("total-grows")->verdict = VERDICT_SKIP;
	consequence_find(findings);
	assert_string_equal(cause_of("sum-exits"), "layout");
	assert_string_equal(cause_of("oracle-points"), "layout");
	assert_string_equal(cause_of("other-leaves"), "");
	assert_string_equal(cause_of("total-grows"), "");
}

/* The run passes by what is required, so advice explains no failure. */
static void a_failure_does_not_follow_from_advice(void **state)
{
	(void)state;
	finding_of("neighbour")->verdict = VERDICT_ADVICE;
	finding_of("oracle-points")->verdict = VERDICT_FAIL;
	consequence_find(findings);
	assert_string_equal(cause_of("oracle-points"), "");
	finding_of("oracle-points")->verdict = VERDICT_ADVICE;
	consequence_find(findings);
	assert_string_equal(cause_of("oracle-points"), "neighbour");
}

/* The figures of one run: the table prints a cause in full, and names what follows from it. */
static void a_report_counts_a_cause_once(void **state)
{
	json_t *json, *list, *one;
	unsigned int follow = 0;
	size_t i;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	for (int p = 0; p < EM_POINTS; p++)
		run.records.point[p].leaf[EM_TAG_AFTER_TOTAL].regs.eax =
			run.records.point[p].leaf[EM_TAG_BEFORE_TOTAL].regs.eax =
			run.records.point[p].leaf[EM_TAG_AGAIN_TOTAL].regs.eax =
			run.records.point[p].leaf[EM_TAG_FIRST_TOTAL].regs.eax = 7;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("total-grows"), VERDICT_FAIL);
	assert_true(judgement_consequences(&verdicts) > 0);
	json = judgement_to_json(&run, &verdicts);
	list = json_object_get(json, "clauses");
	json_array_foreach(list, i, one)
		follow += !strcmp(json_string_value(json_object_get(one, "verdict")), "fail") &&
			  json_object_get(one, "follows_from");
	assert_int_equal(follow, judgement_consequences(&verdicts));
	json_decref(json);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_failure_alone_follows_from_nothing, set_up),
		cmocka_unit_test_setup(of_a_chain_each_has_the_first_cause, set_up),
		cmocka_unit_test_setup(there_is_no_circle, set_up),
		cmocka_unit_test_setup(where_the_leaves_are_swapped_all_figures_follow, set_up),
		cmocka_unit_test_setup(a_failure_does_not_follow_from_advice, set_up),
		cmocka_unit_test(a_report_counts_a_cause_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
