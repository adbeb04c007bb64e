// SPDX-License-Identifier: GPL-2.0-only
/* Rubrics: what is one, and what a subject gets by it. */
#include "support/fakegrades.h"

#include <string.h>

#include "judge/clause.h"
#include "judge/edition_builtin.h"
#include "report/rubric.h"

static void parse(const char *text, struct rubric *ret)
{
	struct error err = { 0 };

	if (rubric_parse(text, strlen(text), ret, &err) < 0)
		fail_msg("%s", err.message);
}

static void a_table_of_clauses_and_groups_is_a_rubric(void **state)
{
	struct rubric r;

	(void)state;
	parse("Clause,Points,Text\n# a comment\nsum-exits,12.5,\"All, of them\"\ncycles,3,\n", &r);
	assert_int_equal(r.count, 2);
	assert_string_equal(r.items[0].clause, "sum-exits");
	assert_int_equal(r.items[0].points, 1250);
	assert_string_equal(r.items[0].text, "All, of them");
	assert_null(r.items[1].clause);
	assert_int_equal(r.items[1].group, GROUP_CYCLES);
	rubric_deinit(&r);
	parse("points;clause\n0,25;sum-exits\n", &r);
	assert_int_equal(r.items[0].points, 25);
	assert_string_equal(r.items[0].text, "");
	rubric_deinit(&r);
}

static void what_people_and_spreadsheets_write_is_read(void **state)
{
	struct rubric r;

	(void)state;
	parse("\xef\xbb\xbf# Lab 4, see \"the text\"\r\n Clause ;Points ;Text\r\n# \"\r\n Basics; 10 ;\"a\n# no comment\"\r\n"
	      "sum-exits;5;x\r\n;;\r\n;;\r\n", &r);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.items[0].group, clause_group_find("basics"));
	assert_int_equal(r.items[0].points, 1000);
	assert_string_equal(r.items[0].text, "a\n# no comment");
	assert_int_equal(r.items[1].points, 500);
	rubric_deinit(&r);
}

static void what_is_no_rubric_is_refused_by_its_line(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "clause,text\nsum-exits,x\n", "no column 'points'" },
		{ "clause,points\nsum-exit,5\n", "line 2: 'sum-exit' is neither a clause nor a group of clauses; did "
						 "you mean 'sum-exits'?" },
		{ "clause,points\n\ncycels,5\n", "line 3: 'cycels' is neither a clause nor a group of clauses; did you "
						 "mean 'cycles'?" },
		{ "clause,points\nsum-exits,-5\n", "line 2: '-5' is no number of points" },
		{ "clause,points\nsum-exits,5.125\n", "'5.125' is no number" },
		{ "clause,points\nsum-exits,5.\n", "'5.' is no number" },
		{ "clause,points\nsum-exits,10001\n", "'10001' is no number" },
		{ "clause,points\nsum-exits,\n", "'' is no number" },
		{ "clause,points\nsum-exits,1\nsum-exits,2\n", "line 3: 'sum-exits' stands there twice" },
		{ "clause,points\n# nothing\n", "it gives no points" },
		{ "", "it is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct error err = { 0 };
		struct rubric r;

		assert_int_equal(rubric_parse(cases[i].text, strlen(cases[i].text), &r, &err), -1);
		if (!strstr(err.message, cases[i].want))
			fail_msg("wanted '%s', got '%s'", cases[i].want, err.message);
		assert_int_equal(err.status, STATUS_USAGE);
		error_clear(&err);
	}
}

static void each_clause_is_of_one_group_and_no_group_is_called_as_one(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < clause_count; i++) {
		if (clause_group_of(clauses[i].id) == CLAUSE_GROUPS)
			fail_msg("%s is of no group: report/clause_group.c, and the table in MANUAL.md",
				 clauses[i].id);
		assert_int_equal(clause_group_find(clauses[i].id), CLAUSE_GROUPS);
	}
}

static enum verdict judge_item(const char *item, const char *first, const char *second)
{
	_cleanup_free_ char *text = xasprintf("clause,points\n%s,1\n", item);
	struct grade_list list = { 0 };
	struct grade_row *row = grades_add(&list, "x", "x", NULL);
	struct rubric r;
	enum verdict verdict;

	parse(text, &r);
	fake_run(row, "emulated-svm", "exitmeter", "fail", first);
	if (second)
		fake_run(row, "emulated-vmx", "exitmeter", "fail", second);
	verdict = rubric_judge(&r.items[0], row);
	rubric_deinit(&r);
	grades_deinit(&list);
	return verdict;
}

static void an_item_is_given_withheld_or_open(void **state)
{
	static const struct { const char *item, *first, *second; enum verdict want; } cases[] = {
		{ "sum-exits", "sum-exits pass", NULL, VERDICT_PASS },
		{ "sum-exits", "sum-exits fail", NULL, VERDICT_FAIL },
		{ "sum-exits", "sum-exits skip", NULL, VERDICT_SKIP },
		{ "sum-exits", "sum-exits lost", NULL, VERDICT_LOST },
		{ "sum-exits", "sum-exits none", NULL, VERDICT_SKIP },
		{ "sum-exits", "records pass", NULL, VERDICT_SKIP },
		/* Who names a clause gives points for what the edition only recommends. */
		{ "regs-totals", "regs-totals advice", NULL, VERDICT_FAIL },
		{ "registers", "regs-totals advice, regs-valid pass", NULL, VERDICT_PASS },
		{ "registers", "regs-totals none, regs-valid none", NULL, VERDICT_NONE },
		/* Of a group one failure is enough, and a pass where the others were not tried. */
		{ "cycles", "sum-cycles pass, cycles-carry skip", NULL, VERDICT_PASS },
		{ "cycles", "sum-cycles pass, cycles-carry fail", NULL, VERDICT_FAIL },
		{ "cycles", "sum-cycles pass, cycles-carry lost", NULL, VERDICT_LOST },
		{ "cycles", "sum-cycles skip, cycles-carry skip", NULL, VERDICT_SKIP },
		/* On both hosts */
		{ "sum-exits", "sum-exits pass", "sum-exits fail", VERDICT_FAIL },
		{ "sum-exits", "sum-exits pass", "sum-exits skip", VERDICT_PASS },
		{ "sum-exits", "sum-exits pass", "sum-exits lost", VERDICT_LOST },
		{ "sum-exits", "sum-exits pass", "", VERDICT_LOST },
		/* What is skipped because the leaves are not there could have been tried. */
		{ "cycles", "implemented fail, sum-cycles skip", NULL, VERDICT_FAIL },
		{ "cycles", "implemented skip, sum-cycles skip", NULL, VERDICT_SKIP },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		enum verdict got = judge_item(cases[i].item, cases[i].first, cases[i].second);

		if (got != cases[i].want)
			fail_msg("%s of %s: wanted %s, got %s", cases[i].item, cases[i].first,
				 verdict_name(cases[i].want), verdict_name(got));
	}
}

static bool has_item_of(const struct rubric *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (rubric_item_has(&r->items[i], id))
			return true;
	return false;
}

static void check_rubric(const struct edition *e, const struct rubric *r)
{
	long sum = 0;

	for (size_t i = 0; i < r->count; i++)
		sum += r->items[i].points;
	assert_int_equal(sum, 10000);
	for (unsigned int i = 0; i < clause_count; i++)
		if (e->weight[i] == WEIGHT_REQUIRED && !has_item_of(r, clauses[i].id))
			fail_msg("%s requires %s, and its rubric gives nothing for it", e->name, clauses[i].id);
}

static void of_what_was_not_built_all_else_is_open(void **state)
{
	struct grade_list list = { 0 };
	struct grade_row *row = grades_add(&list, "x", "x", NULL);
	struct rubric r;

	(void)state;
	parse("clause,points\nbasics,1\ncycles,2\n", &r);
	row->state = GRADE_NOT_BUILT;
	for (int with_run = 0; with_run < 2; with_run++) {
		assert_int_equal(rubric_judge(&r.items[0], row), VERDICT_FAIL);
		assert_int_equal(rubric_judge(&r.items[1], row), VERDICT_SKIP);
		fake_run(row, "emulated-svm", "exitmeter", "fail", "builds fail, sum-cycles none");
	}
	rubric_deinit(&r);
	grades_deinit(&list);
}

static void each_edition_has_a_rubric_for_all_that_it_requires(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < edition_count; i++) {
		_cleanup_free_ struct edition *e = edition_builtin(edition_name(i));
		struct rubric r;

		if (!rubric_of_edition(e->name, &r))
			fail_msg("%s has no rubric", e->name);
		check_rubric(e, &r);
		rubric_deinit(&r);
	}
	assert_false(rubric_of_edition("of-my-own", &(struct rubric){ 0 }));
}

static void points_are_written_without_needless_digits(void **state)
{
	char buf[24];

	(void)state;
	assert_string_equal(points_format(0, buf), "0");
	assert_string_equal(points_format(1250, buf), "12.5");
	assert_string_equal(points_format(5, buf), "0.05");
	assert_string_equal(points_format(10000, buf), "100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_clauses_and_groups_is_a_rubric),
		cmocka_unit_test(what_people_and_spreadsheets_write_is_read),
		cmocka_unit_test(what_is_no_rubric_is_refused_by_its_line),
		cmocka_unit_test(each_clause_is_of_one_group_and_no_group_is_called_as_one),
		cmocka_unit_test(an_item_is_given_withheld_or_open),
		cmocka_unit_test(of_what_was_not_built_all_else_is_open),
		cmocka_unit_test(each_edition_has_a_rubric_for_all_that_it_requires),
		cmocka_unit_test(points_are_written_without_needless_digits),
	};

	return cmocka_run_group_tests_name("rubric", tests, NULL, NULL);
}
