// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/logcopy.h"

/* What becomes of a log with this text; the caller frees. */
static char *copied(const char *text, size_t most)
{
	_cleanup_free_ char *from = tempdir_path("from"), *to = tempdir_path("to");
	struct error err = { 0 };

	put_text(from, text);
	assert_ok(logcopy(from, to, most, &err), &err);
	return get_text(to);
}

static void a_log_that_fits_is_copied_whole(void **state)
{
	static const char *const texts[] = { "", "0123456789", "01234\n789" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_free_ char *got = copied(texts[i], 10);

		assert_string_equal(got, texts[i]);
	}
}

static void of_a_longer_one_both_ends_are_kept_and_it_is_said(void **state)
{
	_cleanup_free_ char *even = copied("0123456789a", 10), *odd = copied("0123456789a", 5);

	(void)state;
	assert_string_equal(even, "01234\n[exitmeter: 1 bytes of 11 left out here]\n6789a");
	assert_string_equal(odd, "01\n[exitmeter: 6 bytes of 11 left out here]\n89a");
}

/* Two runs of one cache may copy the same log: what another one has begun is left alone. */
static void what_another_run_copies_is_left_alone(void **state)
{
	_cleanup_free_ char *others = tempdir_path("to.part"), *got = NULL, *theirs = NULL;

	(void)state;
	put_text(others, "half of another's");
	got = copied("whole", 10);
	assert_string_equal(got, "whole");
	theirs = get_text(others);
	assert_string_equal(theirs, "half of another's");
}

/* As long as the console of a host that says the same for ever: most of it is never read. */
static void a_huge_log_keeps_its_last_words(void **state)
{
	_cleanup_free_ char *from = tempdir_path("from"), *to = tempdir_path("to"), *got = NULL;
	struct error err = { 0 };
	FILE *f = fopen(from, "we");
	size_t len;

	(void)state;
	assert_non_null(f);
	fputs("first words", f);
	assert_int_equal(fseeko(f, 70L << 30, SEEK_SET), 0);
	fputs("last words", f);
	assert_int_equal(fclose(f), 0);
	assert_ok(logcopy(from, to, 1 << 20, &err), &err);
	got = file_read(to, 2 << 20, &len, &err);
	assert_non_null(got);
	assert_true(len > 1 << 20);
	assert_memory_equal(got, "first words", 11);
	assert_memory_equal(got + len - 10, "last words", 10);
}

static void one_that_was_never_made_is_no_error(void **state)
{
	_cleanup_free_ char *from = tempdir_path("from"), *to = tempdir_path("to");
	struct error err = { 0 };

	(void)state;
	assert_ok(logcopy(from, to, 10, &err), &err);
	assert_int_equal(access(to, F_OK), -1);
}

static void what_cannot_be_read_or_written_is_named(void **state)
{
	_cleanup_free_ char *from = tempdir_path("from");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(logcopy(tempdir, "/tmp/x", 10, &err), -1);
	assert_error(&err, STATUS_USAGE, "Is a directory");
	put_text(from, "x");
	assert_int_equal(logcopy(from, "/nonexistent/to", 10, &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/to: No such file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(a_log_that_fits_is_copied_whole),
		tempdir_test(of_a_longer_one_both_ends_are_kept_and_it_is_said),
		tempdir_test(what_another_run_copies_is_left_alone),
		tempdir_test(a_huge_log_keeps_its_last_words),
		tempdir_test(one_that_was_never_made_is_no_error),
		tempdir_test(what_cannot_be_read_or_written_is_named),
	};

	return cmocka_run_group_tests_name("logcopy", tests, NULL, NULL);
}
