// SPDX-License-Identifier: GPL-2.0-only
/* The files of a class's grades, made of rows that hold whatever strangers can say. */
#include "support/fakegrades.h"

#include <libxml/parser.h>
#include <string.h>

#include "base/printable.h"
#include "base/text.h"
#include "report/feedback.h"
#include "report/grades_csv.h"
#include "report/grades_html.h"
#include "report/grades_write.h"
#include "support/tempdir.h"

#define EVIL "=1+1 <script>alert('&')</script>\x1b[31m\xc2\x9b\xe2\x80\xae | [x](http://x) `rm` ]]> --> \xff\x7f"

/* A class with a row for each thing that can become of a subject. */
static void fill(struct grade_list *list)
{
	struct grade_row *row = grades_add(list, "Zo\xc3\xab", "zoe", "zoe.patch");

	fake_run(row, "emulated-svm", "a3-2021", "pass", "records pass, sum-exits pass, cycles-carry skip, "
		 "regs-totals advice, concurrent none");
	row = grades_add(list, "Bob", "bob", "bob.patch");
	grade_pairs_add(&row->columns, "section", "B");
	grade_pairs_add(&row->notes, "measured on", "both");
	fake_run(row, "emulated-svm", "a3-2021", "pass", "records pass, sum-exits pass");
	fake_run(row, "emulated-vmx", "a3-2021", "fail", "records pass, sum-exits fail");
	row = grades_add(list, EVIL, "evil", EVIL);
	grade_pairs_add(&row->columns, "e-mail", EVIL);
	grade_pairs_add(&row->columns, EVIL, "x");
	grade_row_set(row, GRADE_NOT_BUILT, EVIL "\n" EVIL);
	row = grades_add(list, "README.txt", "README.txt", NULL);
	grade_row_set(row, GRADE_NOT_A_SUBMISSION, "it is a text");
	row = grades_add(list, "Lou", "lou", "lou");
	fake_run(row, "emulated-svm", "a3-2021", "lost", "records lost, sum-exits lost");
	row->state = GRADE_LOST;
	row = grades_add(list, "Carl", "carl", "carl");
	fake_run(row, "emulated-svm", "a3-2021", "fail", "finished fail, records lost");
	row->state = GRADE_CRASHED;
}

struct class {
	struct grade_list list;
	struct grade_view view;
	struct likeness likeness;
};

static void setup(struct class *c)
{
	*c = (struct class){ 0 };
	fill(&c->list);
	grade_view_make(&c->list, NULL, &c->view);
	c->likeness.lines = xcalloc(6, sizeof(*c->likeness.lines));
	c->likeness.lines[0] = 20;
	c->likeness.lines[2] = 30;
	likeness_parse(&c->likeness, "0.c consists for 40 % of 2.c material\n", 6);
}

static void teardown(struct class *c)
{
	likeness_deinit(&c->likeness);
	grade_view_deinit(&c->view);
	grades_deinit(&c->list);
}

static void assert_masked(const char *text, bool has_lines)
{
	_cleanup_free_ char *masked = has_lines ? printable_lines(text) : printable_text(text);

	assert_string_equal(text, masked);
}

static void the_worst_come_first(void **state)
{
	static const char *const want[] = { "carl", "evil", "README.txt", "bob", "lou", "zoe" };
	struct class c;

	(void)state;
	setup(&c);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_string_equal(c.view.sorted[i]->row->folder, want[i]);
	assert_int_equal(grades_status(&c.list), STATUS_FAIL);
	assert_int_equal(grade_view_count(&c.view, VERDICT_FAIL), 4);
	teardown(&c);
}

static void columns_are_the_clauses_that_somebody_was_asked_for(void **state)
{
	static const char *const want[] = { "finished", "records", "sum-exits", "cycles-carry", "regs-totals" };
	struct class c;

	(void)state;
	setup(&c);
	assert_int_equal(c.view.column_count, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_string_equal(c.view.columns[i].id, want[i]);
	teardown(&c);
}

static void a_table_is_a_line_for_each_subject_without_formulas(void **state)
{
	_cleanup_free_ char *csv = NULL;
	_cleanup_free_ char *want = NULL;
	struct error err = { 0 };
	struct class c;

	(void)state;
	setup(&c);
	csv = grades_csv(&c.view);
	want = file_read("tests/fixtures/class/grades.csv.golden", 1 << 16, NULL, &err);
	assert_non_null(want);
	assert_string_equal(csv, want);
	teardown(&c);
}

static void a_table_in_ascii_has_no_byte_order_mark(void **state)
{
	struct grade_list list = { 0 };
	struct grade_view view;
	_cleanup_free_ char *csv = NULL;

	(void)state;
	grades_add(&list, "ann", "ann", NULL);
	grade_view_make(&list, NULL, &view);
	csv = grades_csv(&view);
	assert_memory_equal(csv, "subject,", 8);
	grade_view_deinit(&view);
	grades_deinit(&list);
}

static void the_page_is_well_formed_and_has_only_our_own_elements(void **state)
{
	_cleanup_free_ char *html = NULL;
	struct class c;
	xmlDocPtr doc;

	(void)state;
	setup(&c);
	html = grades_html(&c.view, &c.likeness);
	for (char *tab = html; (tab = strchr(tab, '\t'));)
		*tab = ' ';	/* the style's own */
	assert_masked(html, true);
	doc = xmlReadMemory(html, (int)strlen(html), "grades.html", NULL, XML_PARSE_NONET);
	assert_non_null(doc);
	assert_null(strstr(html, "<script"));
	assert_non_null(strstr(html, "&lt;script&gt;alert('&amp;')&lt;/script&gt;.[31m"));
	assert_non_null(strstr(html, "40 % of 20 lines"));
	xmlFreeDoc(doc);
	teardown(&c);
}

static void add_found(struct grade_list *list, const char *name, const char *edition, const char *clauses)
{
	struct grade_row *row = grades_add(list, name, name, NULL);

	fake_run(row, "emulated-svm", edition, "pass", clauses);
	row->runs[0].is_edition_found = true;
}

/* Who leaves the harder half out is judged by the easier assignment, and must not have all points for that. */
static void nobody_chooses_an_easier_edition_than_the_class_has(void **state)
{
	static const char all[] = "implemented pass, total-grows pass, cpuid-counted pass, sum-exits pass";
	static const char points[] = "clause,points\nbasics,10\nreasons,40\n";
	static const char few[] = "implemented pass, total-grows pass, cpuid-counted none, sum-exits none";
	struct grade_list list = { 0 };
	struct rubric own = { 0 };
	struct error err = { 0 };

	(void)state;
	add_found(&list, "easy", "a2-2020", few);
	add_found(&list, "ann", "a3-2020", all);
	add_found(&list, "bob", "a3-2020", all);
	assert_int_equal(rubric_parse(points, strlen(points), &own, &err), 0);
	for (int with_own = 0; with_own < 2; with_own++) {
		struct grade_view view;

		grade_view_make(&list, with_own ? &own : NULL, &view);
		assert_string_equal(view.edition, "a3-2020");
		assert_true(view.scores[0].is_of_another);
		assert_non_null(strstr(view.scores[0].look, "judged by a2-2020, and most of the class by a3-2020"));
		assert_int_equal(view.scores[0].points.full, view.scores[1].points.full);
		assert_true(view.scores[0].points.open >= 4000 * with_own);
		assert_true(view.scores[0].points.given < view.scores[1].points.given);
		assert_false(view.scores[1].is_of_another);
		grade_view_deinit(&view);
	}
	/* Whose edition somebody has named is judged by that. */
	list.rows[0].runs[0].is_edition_found = false;
	{
		struct grade_view view;

		grade_view_make(&list, NULL, &view);
		assert_false(view.scores[0].is_of_another);
		assert_int_equal(view.scores[0].points.open, 0);
		grade_view_deinit(&view);
	}
	rubric_deinit(&own);
	grades_deinit(&list);
}

static void assert_feedback(const struct class *c, size_t row, const char *golden)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/class/%s.md.golden", golden);
	_cleanup_free_ char *got = feedback_format(&c->view, &c->view.scores[row]), *want = NULL;
	struct error err = { 0 };

	want = file_read(path, 1 << 16, NULL, &err);
	if (!want || strcmp(got, want) != 0)
		fail_msg("%s is not:\n%s", path, got);
	assert_masked(got, true);
}

static void feedback_is_as_in_the_golden_files(void **state)
{
	struct class c;

	(void)state;
	setup(&c);
	assert_feedback(&c, 0, "passed");
	assert_feedback(&c, 1, "failed");
	assert_feedback(&c, 2, "not-built");
	teardown(&c);
}

/* What is read back and written again is the same. */
static void grades_json_can_be_read_back(void **state)
{
	_cleanup_free_ char *path = tempdir_path("grades.json"), *first = NULL, *second = NULL;
	struct grade_list list;
	struct grade_view view;
	struct error err = { 0 };
	struct class c;

	(void)state;
	setup(&c);
	assert_int_equal(grades_write(&c.view, &c.likeness, tempdir, &err), 0);
	first = file_read(path, 1 << 20, NULL, &err);
	for (const char *at = first; *at; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at < 0x7f));
	assert_int_equal(grades_read(tempdir, &list, &err), 0);
	grade_view_make(&list, NULL, &view);
	assert_int_equal(grades_write(&view, &c.likeness, tempdir, &err), 0);
	second = file_read(path, 1 << 20, NULL, &err);
	assert_string_equal(first, second);
	grade_view_deinit(&view);
	grades_deinit(&list);
	teardown(&c);
}

static void a_grades_json_that_is_none_is_refused(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "{", "grades.json: " },
		{ "{\"format\": 1, \"subjects\": []}", "of an older exitmeter" },
		{ "{\"format\": 3, \"subjects\": []}", "a newer exitmeter is needed" },
		{ "{\"format\": 2}", "\"subjects\" is missing" },
		{ "{\"format\": 2, \"subjects\": [{\"subject\": \"x\"}]}", "subject 1: \"folder\"" },
		{ "{\"format\": 2, \"subjects\": [{\"subject\": \"x\", \"folder\": \"../x\"}]}", "\"folder\"" },
		{ "{\"format\": 2, \"subjects\": [{\"subject\": \"x\", \"folder\": \"x\", \"source\": 1}]}", "\"source\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = tempdir_path("grades.json");
		struct error err = { 0 };
		struct grade_list list;

		assert_int_equal(file_write(path, cases[i].text, strlen(cases[i].text), &err), 0);
		assert_int_equal(grades_read(tempdir, &list, &err), -1);
		if (!strstr(err.message, cases[i].want))
			fail_msg("wanted '%s', got '%s'", cases[i].want, err.message);
		error_clear(&err);
	}
}

static void the_summary_has_a_line_for_each_subject(void **state)
{
	_cleanup_free_ char *got = NULL;
	struct class c;
	struct text t;

	(void)state;
	setup(&c);
	grades_print(&c.view, &c.likeness, "/out", text_open(&t));
	got = text_close(&t);
	assert_masked(got, true);
	assert_non_null(strstr(got, "\nREADME.txt"));
	assert_non_null(strstr(got, "not a submission it is a text\n"));
	assert_non_null(strstr(got, "crashed          finished\n"));
	assert_non_null(strstr(got, "\n1 passed, 4 failed, 1 lost\n1 pairs resemble each other"));
	assert_non_null(strstr(got, "/out/grades.html\n"));
	teardown(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_come_first),
		cmocka_unit_test(columns_are_the_clauses_that_somebody_was_asked_for),
		cmocka_unit_test(a_table_is_a_line_for_each_subject_without_formulas),
		cmocka_unit_test(a_table_in_ascii_has_no_byte_order_mark),
		cmocka_unit_test(the_page_is_well_formed_and_has_only_our_own_elements),
		cmocka_unit_test(nobody_chooses_an_easier_edition_than_the_class_has),
		cmocka_unit_test(feedback_is_as_in_the_golden_files),
		tempdir_test(grades_json_can_be_read_back),
		tempdir_test(a_grades_json_that_is_none_is_refused),
		cmocka_unit_test(the_summary_has_a_line_for_each_subject),
	};

	return cmocka_run_group_tests_name("grades", tests, NULL, NULL);
}
