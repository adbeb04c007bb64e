// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/template.h"

static const struct template_var vars[] = {
	{ "NAME", "world" },
	{ "NAME_LONGER", "wrong" },
	{ "DIGIT_2", "two" },
	{ "LINES", "one\ntwo\n\nfour" },
	{ "TRICKY", "@NAME@ %s @@" },
	{ "EMPTY", "" },
};

static void golden(const char *stem)
{
	_cleanup_free_ char *from = xasprintf("tests/fixtures/templates/%s.in", stem);
	_cleanup_free_ char *to = xasprintf("tests/fixtures/templates/%s.golden", stem);
	_cleanup_free_ char *text = get_text(from), *want = get_text(to), *got = NULL;
	struct error err = { 0 };

	got = template_render(text, vars, ARRAY_SIZE(vars), &err);
	assert_ok(got ? 0 : -1, &err);
	assert_string_equal(got, want);
}

static void names_are_replaced_and_all_else_stands(void **state)
{
	(void)state;
	golden("plain");
}

static void a_value_of_several_lines_keeps_the_indent(void **state)
{
	(void)state;
	golden("multiline");
}

static void a_value_is_no_template(void **state)
{
	(void)state;
	golden("hostile-value");
}

static void a_name_that_is_not_given_is_an_error(void **state)
{
	static const char *const texts[] = { "a @MISSING@ b", "@MISSING@", "@NAME@ @MISSING@" };
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_null(template_render(texts[i], vars, ARRAY_SIZE(vars), &err));
		assert_error(&err, STATUS_USAGE, "@MISSING@");
	}
	/* A name that is longer or shorter than a known one is another name. */
	assert_null(template_render("@NAM@", vars, ARRAY_SIZE(vars), &err));
	assert_error(&err, STATUS_USAGE, "@NAM@");
	assert_null(template_render("@NAMES@", vars, ARRAY_SIZE(vars), &err));
	assert_error(&err, STATUS_USAGE, "@NAMES@");
}

static void an_empty_template_is_an_empty_text(void **state)
{
	struct error err = { 0 };
	_cleanup_free_ char *got = NULL;

	(void)state;
	got = template_render("", NULL, 0, &err);
	assert_string_equal(got, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_replaced_and_all_else_stands),
		cmocka_unit_test(a_value_of_several_lines_keeps_the_indent),
		cmocka_unit_test(a_value_is_no_template),
		cmocka_unit_test(a_name_that_is_not_given_is_an_error),
		cmocka_unit_test(an_empty_template_is_an_empty_text),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
