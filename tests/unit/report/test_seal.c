// SPDX-License-Identifier: GPL-2.0-only
/* The sums over a run folder: no bit of what judging reads can change unseen. */
#include "support/savedrun.h"

#include "base/error.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "report/report_folder.h"

static int setup(void **state)
{
	struct error err = { 0 };

	return saved_setup(state) < 0 || seal_write(tempdir, &err) < 0 ? -1 : 0;
}

static enum exit_status replay(const char *words)
{
	struct error err = { 0 };
	enum exit_status status = STATUS_PASS;
	int rc = report_saved_folder(tempdir, false, NULL, &status, &err);

	if (words && rc == 0)
		fail_msg("judged, and not refused with '%s'", words);
	if (words)
		assert_error(&err, STATUS_LOST, words);
	else
		assert_ok(rc, &err);
	return status;
}

static void a_run_as_it_was_left_is_judged_again_and_again(void **state)
{
	(void)state;
	assert_int_equal(replay(NULL), STATUS_PASS);
	/* What judging wrote is not in the seal. */
	assert_int_equal(replay(NULL), STATUS_PASS);
}

static void sha256sum_reads_the_seal(void **state)
{
	_cleanup_free_ char *command = xasprintf("cd %s && sha256sum --strict --quiet -c SHA256SUMS", tempdir);

	(void)state;
	assert_int_equal(system(command), 0);
}

static void no_bit_of_an_input_changes_unseen(void **state)
{
	unsigned int turn = 0;

	(void)state;
	for (size_t f = 0; f < SAVED_FILES; f++) {
		for (size_t at = 0; at < saved_len[f]; at += at < 200 ? 1 : 41) {
			struct error err = { 0 };
			char bit = (char)(1 << turn++ % 8);

			saved_text[f][at] ^= bit;
			saved_put(saved_names[f], saved_text[f], saved_len[f]);
			saved_text[f][at] ^= bit;
			if (seal_check(tempdir, (const char *const[]){ NULL }, &err) == 0)
				fail_msg("%s: bit %d of byte %zu changed unseen", saved_names[f], bit, at);
			assert_error(&err, STATUS_LOST, saved_names[f]);
		}
		saved_restore(saved_names[f]);
	}
	assert_int_equal(replay(NULL), STATUS_PASS);
}

static void no_bit_of_the_seal_changes_unseen(void **state)
{
	_cleanup_free_ char *path = tempdir_path(FILE_SUMS), *text = get_text(path);
	size_t len = strlen(text);

	(void)state;
	for (size_t bit = 0; bit < len * 8; bit += 9) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		saved_put(FILE_SUMS, text, len);
		text[bit / 8] ^= (char)(1 << bit % 8);
		replay("is not as the run left it");
	}
	for (size_t cut = 0; cut < len; cut += 5) {
		saved_put(FILE_SUMS, text, cut);
		replay("is not as the run left it");
	}
	saved_put(FILE_SUMS, text, len);
	assert_int_equal(replay(NULL), STATUS_PASS);
}

static void a_file_that_went_or_came_is_told(void **state)
{
	_cleanup_free_ char *path = tempdir_path("host-trace.txt"), *sums = tempdir_path(FILE_SUMS);
	struct error err = { 0 };

	(void)state;
	unlink(path);
	replay("host-trace.txt is missing");
	assert_ok(seal_write(tempdir, &err), &err);
	assert_int_equal(replay(NULL), STATUS_PASS);	/* a kernel may have no oracle */
	saved_restore("host-trace.txt");
	replay("host-trace.txt is not in its SHA256SUMS");
	/* What judging does not read may be put beside. */
	unlink(path);
	saved_put_text("notes.txt", "mine");
	assert_int_equal(replay(NULL), STATUS_PASS);
	/* The way out that the message names. */
	saved_restore("host-trace.txt");
	unlink(sums);
	assert_int_equal(replay(NULL), STATUS_PASS);
}

static void a_seal_names_files_of_its_folder_only(void **state)
{
	static const char *const bad[] = {
		"/etc/hostname", "../x", "sub/x", "..", ".", ".hidden", "",
	};
	_cleanup_free_ char *path = tempdir_path(FILE_SUMS), *text = get_text(path);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_free_ char *more = xasprintf("%s%.64s  %s\n", text, text, bad[i]);

		saved_put_text(FILE_SUMS, more);
		replay("SHA256SUMS is damaged");
	}
}

/* A FIFO would have the reader wait for ever, a link have it read what is not the run's. */
static void what_is_no_file_is_refused(void **state)
{
	_cleanup_free_ char *path = tempdir_path("host-exits.txt"), *sums = tempdir_path(FILE_SUMS);

	(void)state;
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	replay("host-exits.txt cannot be read");
	unlink(path);
	assert_int_equal(symlink("/dev/zero", path), 0);
	replay("host-exits.txt cannot be read");
	unlink(sums);
	assert_int_equal(replay(NULL), STATUS_LOST);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(replay(NULL), STATUS_LOST);
}

/* An L1 that brings verdicts is not believed. */
static void a_folder_from_an_l1_loses_its_verdicts_and_nothing_else(void **state)
{
	static const char *const judged[] = {
		FILE_VERDICTS, FILE_SUMMARY, FILE_REPORT, FILE_TAP, FILE_JUNIT, FILE_SUMS,
	};

	(void)state;
	assert_int_equal(replay(NULL), STATUS_PASS);
	seal_drop_verdicts(tempdir);
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++) {
		_cleanup_free_ char *path = tempdir_path(judged[i]);

		assert_int_equal(access(path, F_OK), -1);
	}
	for (size_t f = 0; f < SAVED_FILES; f++) {
		_cleanup_free_ char *path = tempdir_path(saved_names[f]);

		assert_int_equal(access(path, F_OK), 0);
	}
	seal_drop_verdicts(tempdir);	/* there are none any more, which is fine */
	assert_int_equal(replay(NULL), STATUS_PASS);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, saved_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_run_as_it_was_left_is_judged_again_and_again),
		T(sha256sum_reads_the_seal),
		T(no_bit_of_an_input_changes_unseen),
		T(no_bit_of_the_seal_changes_unseen),
		T(a_file_that_went_or_came_is_told),
		T(a_seal_names_files_of_its_folder_only),
		T(what_is_no_file_is_refused),
		T(a_folder_from_an_l1_loses_its_verdicts_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
