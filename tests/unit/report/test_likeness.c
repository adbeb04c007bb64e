// SPDX-License-Identifier: GPL-2.0-only
/* What of submissions is compared, and what sim_c says of it. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "report/likeness.h"

static void assert_added(const char *patch, const char *want)
{
	_cleanup_free_ char *got = likeness_added_lines(patch);

	assert_string_equal(got, want);
}

static void the_lines_that_a_patch_adds_are_a_part(void **state)
{
	(void)state;
	assert_added("--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,3 @@\n one\n+\ttwo = 2;  \n three\n", "two = 2;\n");
	/* A line that looks like a header is one only outside of a hunk. */
	assert_added("@@ -0,0 +1,2 @@\n+++ b\n+-- c\n+not of the hunk\n", "++ b\n-- c\n");
	/* What was only moved, or indented, is the base's. */
	assert_added("@@ -1,3 +1,3 @@\n-\tmoved();\n kept();\n+moved();\n+new();\n", "new();\n");
	assert_added("@@ -1 +1 @@\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n", "new\n");
	assert_added("@@ -1,2 +1 @@\n a\n-b\n@@ -9 +8,2 @@ int f(void)\n \n+c\r\n", "c\n");
	assert_added("no patch\n+at all\n", "");
	assert_added("@@ -1,1 +1,99999999 @@\n+cut", "cut\n");
	assert_added("", "");
}

static void what_more_than_half_add_is_left_out(void **state)
{
	char *parts[] = { xstrdup("a\nall\n"), xstrdup("all\nb\nall\n"), NULL, xstrdup("all\n"), xstrdup("c\nall\n"),
			  xstrdup("a\nb\n") };
	struct likeness l = { 0 };

	(void)state;
	likeness_drop_shared(parts, ARRAY_SIZE(parts), &l);
	assert_string_equal(parts[0], "a\n");
	assert_string_equal(parts[1], "b\n");
	assert_null(parts[2]);
	assert_string_equal(parts[3], "");
	assert_string_equal(parts[5], "a\nb\n");
	assert_int_equal(l.lines[0], 1);
	assert_int_equal(l.lines[2], 0);
	assert_int_equal(l.lines[5], 2);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		free(parts[i]);
	likeness_deinit(&l);
}

/* Else three who have copied among five would not be found. */
static void what_a_few_have_in_common_stays(void **state)
{
	char *parts[] = { xstrdup("x\n"), xstrdup("x\n"), xstrdup("x\n"), xstrdup("y\n"), NULL };
	struct likeness l = { 0 };

	(void)state;
	likeness_drop_shared(parts, ARRAY_SIZE(parts), &l);
	assert_string_equal(parts[0], "x\n");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		free(parts[i]);
	likeness_deinit(&l);
}

static void pairs_come_with_both_percentages_the_most_alike_first(void **state)
{
	struct likeness l = { 0 };

	(void)state;
	likeness_parse(&l, "Total input: 3 files (3 new, 0 old), 2459 tokens\n\n"
		       "/tmp/a b/0.c consists for 30 % of /tmp/a b/2.c material\n"
		       "/tmp/a b/2.c consists for 40 % of /tmp/a b/0.c material\n"
		       "1.c consists for 100 % of 0.c material\n"
		       "2.c consists for 40 % of 1.c material\n", 3);
	assert_int_equal(l.count, 3);
	assert_int_equal(l.pairs[0].a, 0);
	assert_int_equal(l.pairs[0].b, 1);
	assert_int_equal(l.pairs[0].a_in_b, 0);
	assert_int_equal(l.pairs[0].b_in_a, 100);
	assert_int_equal(l.pairs[1].b, 2);
	assert_int_equal(l.pairs[1].a_in_b, 30);
	assert_int_equal(l.pairs[1].b_in_a, 40);
	assert_int_equal(l.pairs[2].a, 1);
	likeness_deinit(&l);
}

static void lines_of_another_form_are_passed_over(void **state)
{
	struct likeness l = { 0 };

	(void)state;
	likeness_parse(&l, "3.c consists for 40 % of 1.c material\n"		/* there is no row 3 */
		       "1.c consists for 40 % of 1.c material\n"
		       "1.c consists for 101 % of 0.c material\n"
		       "x.c consists for 40 % of 0.c material\n"
		       "1.c consists for 40 % of 0.c\n"
		       "1.c consists for 40 % of 000000000000000000001.c material\n"
		       " consists for % of material\n"
		       "x1.c consists for 40 % of 0.c material\n", 3);
	assert_int_equal(l.count, 0);
	likeness_deinit(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lines_that_a_patch_adds_are_a_part),
		cmocka_unit_test(what_more_than_half_add_is_left_out),
		cmocka_unit_test(what_a_few_have_in_common_stays),
		cmocka_unit_test(pairs_come_with_both_percentages_the_most_alike_first),
		cmocka_unit_test(lines_of_another_form_are_passed_over),
	};

	return cmocka_run_group_tests_name("likeness", tests, NULL, NULL);
}
