// SPDX-License-Identifier: GPL-2.0-only
#include "support/helpers.h"

#include <string.h>

#include "base/csv_put.h"
#include "base/markdown.h"
#include "base/memory.h"
#include "base/nearest.h"
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

static void assert_masked(const char *text, const char *want, const char *want_lines)
{
	_cleanup_free_ char *got = printable_text(text), *lines = printable_lines(text);

	assert_string_equal(got, want);
	assert_string_equal(lines, want_lines);
}

static void peoples_words_keep_their_letters_and_nothing_that_is_not_seen(void **state)
{
	(void)state;
	assert_masked("J\xc3\xbcrgen \xe5\xbc\xa0\xe4\xb8\x89", "J\xc3\xbcrgen \xe5\xbc\xa0\xe4\xb8\x89",
		      "J\xc3\xbcrgen \xe5\xbc\xa0\xe4\xb8\x89");
	/* The emoji has four bytes, the u of a Mac's file name an accent of its own. */
	assert_masked("\xf0\x9f\x98\x80 u\xcc\x88", "\xf0\x9f\x98\x80 u\xcc\x88", "\xf0\x9f\x98\x80 u\xcc\x88");
	assert_masked("a\nb\tc\rd", "a.b.c.d", "a\nb c.d");
	assert_masked("\x1b[31m \x7f \xc2\x9b" "2J", ".[31m . .2J", ".[31m . .2J");
	/* Right-to-left override, zero-width space, byte order mark, a tag, U+FFFF */
	assert_masked("x\xe2\x80\xae" "y\xe2\x80\x8b\xef\xbb\xbf\xf3\xa0\x80\x81\xef\xbf\xbf", "x.y....",
		      "x.y....");
	/* No UTF-8: a lone byte, an overlong slash, half a surrogate pair, a character that is cut off */
	assert_masked("\xfc-\xc0\xaf-\xed\xa0\x80-\xe2\x82", ".-..-...-..", ".-..-...-..");
}

static void no_character_of_a_strangers_is_markdown(void **state)
{
	_cleanup_free_ char *got = NULL, *code = NULL;
	struct text t;

	(void)state;
	markdown_put(text_open(&t), "vmx.c:12: *a* _b_ [x](y) <b> `c` www.evil.org http://x a@b.c #1 &amp; \\\n# x");
	got = text_close(&t);
	assert_string_equal(got, "vmx.c:12: \\*a\\* \\_b\\_ \\[x\\](y) \\<b\\> \\`c\\` www\\.evil.org http\\://x a\\@b.c \\#1 "
			    "\\&amp; \\\\.\\# x");
	markdown_put_code(text_open(&t), "a\n```\n\tb\x1b");
	code = text_close(&t);
	assert_string_equal(code, "\n    a\n    ```\n     b.\n\n");
}

static void the_nearest_word_is_the_one_with_the_fewest_letters_changed(void **state)
{
	struct nearest n = { .word = "regs-vaild" };

	(void)state;
	nearest_try(&n, "regs-totals");
	nearest_try(&n, "regs-valid");
	nearest_try(&n, "records");
	assert_string_equal(n.best, "regs-valid");
	assert_int_equal(n.distance, 2);
}

static void assert_written(const char *text, const char *want)
{
	_cleanup_free_ char *got = NULL;
	struct text t;

	csv_put(text_open(&t), text);
	got = text_close(&t);
	assert_string_equal(got, want);
}

static void a_cell_is_never_a_formula_nor_ends_before_its_end(void **state)
{
	(void)state;
	assert_written("plain", "plain");
	assert_written("", "");
	assert_written("a,b", "\"a,b\"");
	assert_written("say \"x\"", "\"say \"\"x\"\"\"");
	assert_written("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"");
	assert_written("+1", "\"'+1\"");
	assert_written("-1+1", "\"'-1+1\"");
	assert_written("@SUM(1)", "\"'@SUM(1)\"");
	assert_written(" =1+1", "\"' =1+1\"");
	assert_written("a\r\n=b", "a..=b");
	assert_written("\t=1", "\"'.=1\"");
	assert_written("\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\"");
}

static void what_does_not_fit_is_marked(void **state)
{
	char buf[8];

	(void)state;
	text_fit(buf, sizeof(buf), "%s", "1234567");
	assert_string_equal(buf, "1234567");
	text_fit(buf, sizeof(buf), "%s", "12345678");
	assert_string_equal(buf, "1234...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_is_never_a_formula_nor_ends_before_its_end),
		cmocka_unit_test(peoples_words_keep_their_letters_and_nothing_that_is_not_seen),
		cmocka_unit_test(no_character_of_a_strangers_is_markdown),
		cmocka_unit_test(the_nearest_word_is_the_one_with_the_fewest_letters_changed),
		cmocka_unit_test(what_is_printed_becomes_the_text),
		cmocka_unit_test(nothing_printed_is_an_empty_text),
		cmocka_unit_test(a_text_may_be_dropped_before_and_after_its_end),
		cmocka_unit_test(a_join_puts_separators_between_parts_only),
		cmocka_unit_test(groups_have_three_digits),
		cmocka_unit_test(what_does_not_fit_is_marked),
		cmocka_unit_test(base64_is_as_in_the_rfc),
		cmocka_unit_test(base64_lines_hold_76_characters),
		cmocka_unit_test(what_is_not_printable_ascii_becomes_a_dot),
		cmocka_unit_test(a_quoted_text_cannot_end_its_quotes),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
