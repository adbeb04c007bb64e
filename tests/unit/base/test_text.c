// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"

static void what_is_printed_becomes_the_text(void **state)
{
	struct text t;
	FILE *out = text_open(&t);
	_cleanup_free_ char *got = NULL;

	(void)state;
	for (int i = 0; i < 10000; i++)
		fprintf(out, "%d,", i % 10);
	got = text_close(&t);
	assert_int_equal(t.len, 20000);
	assert_int_equal(strlen(got), 20000);
	assert_memory_equal(got, "0,1,2,3,", 8);
	assert_string_equal(got + 19996, "8,9,");
}

static void nothing_printed_is_an_empty_text(void **state)
{
	struct text t;
	_cleanup_free_ char *got = NULL;

	(void)state;
	text_open(&t);
	got = text_close(&t);
	assert_string_equal(got, "");
	assert_int_equal(t.len, 0);
}

/* The leak sanitizer would report a stream or bytes that are left. */
static void a_text_may_be_dropped_before_and_after_its_end(void **state)
{
	_cleanup_text_ struct text open, closed;
	_cleanup_free_ char *got = NULL;

	(void)state;
	fputs("half", text_open(&open));
	fputs("whole", text_open(&closed));
	got = text_close(&closed);
	text_drop(&closed);
	assert_string_equal(got, "whole");
}

static void a_join_puts_separators_between_parts_only(void **state)
{
	_cleanup_free_ char *list = NULL, *from_empty = xstrdup("");

	(void)state;
	text_join(&list, ", ", "%s", "one");
	assert_string_equal(list, "one");
	text_join(&list, ", ", "%d", 2);
	text_join(&list, "; ", "%s=%d", "three", 3);
	assert_string_equal(list, "one, 2; three=3");
	text_join(&from_empty, ", ", "%s", "first");
	assert_string_equal(from_empty, "first");
}

static void groups_have_three_digits(void **state)
{
	char buf[32];

	(void)state;
	assert_string_equal(text_group_digits(0, buf), "0");
	assert_string_equal(text_group_digits(999, buf), "999");
	assert_string_equal(text_group_digits(1000, buf), "1,000");
	assert_string_equal(text_group_digits(UINT64_MAX, buf), "18,446,744,073,709,551,615");
}

static void what_is_not_printable_ascii_becomes_a_dot(void **state)
{
	_cleanup_free_ char *copy = printable_copy("a\033[1mb\n\x7f\xc3\xa9~ ");
	_cleanup_free_ char *got = NULL;
	struct text t;

	(void)state;
	assert_string_equal(copy, "a.[1mb....~ ");
	printable_put(text_open(&t), "\t\"ok\"\r");
	got = text_close(&t);
	assert_string_equal(got, ".\"ok\".");
}

static void a_quoted_text_cannot_end_its_quotes(void **state)
{
	_cleanup_free_ char *got = NULL;
	struct text t;

	(void)state;
	printable_put_quoted(text_open(&t), "a \"b\" \\\nc");
	got = text_close(&t);
	assert_string_equal(got, "\"a \\\"b\\\" \\\\.c\"");
}

/* RFC 4648, section 10. */
static void base64_is_as_in_the_rfc(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfb\xef", "//777w==" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_free_ char *got = text_base64(pairs[i][0], strlen(pairs[i][0]));

		assert_string_equal(got, pairs[i][1]);
	}
}

static void base64_lines_hold_76_characters(void **state)
{
	static const char zeros[200];

	(void)state;
	for (size_t len = 0; len <= sizeof(zeros); len++) {
		_cleanup_free_ char *got = text_base64(zeros, len);
		size_t digits = 0, line = 0;

		for (const char *p = got; *p; p++) {
			line = *p == '\n' ? 0 : line + 1;
			digits += *p != '\n';
			assert_true(line <= 76);
			if (*p == '\n')
				assert_true(p[1] && p[1] != '\n');
		}
		assert_int_equal(digits, (len + 2) / 3 * 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_becomes_the_text),
		cmocka_unit_test(nothing_printed_is_an_empty_text),
		cmocka_unit_test(a_text_may_be_dropped_before_and_after_its_end),
		cmocka_unit_test(a_join_puts_separators_between_parts_only),
		cmocka_unit_test(groups_have_three_digits),
		cmocka_unit_test(base64_is_as_in_the_rfc),
		cmocka_unit_test(base64_lines_hold_76_characters),
		cmocka_unit_test(what_is_not_printable_ascii_becomes_a_dot),
		cmocka_unit_test(a_quoted_text_cannot_end_its_quotes),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
