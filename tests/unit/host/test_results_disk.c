// SPDX-License-Identifier: GPL-2.0-only
/* The results disk: what we write is read, and what is torn is lost. */
#include "support/resultsdisktest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static void what_is_written_is_read(void **state)
{
	struct error err = { 0 };

	(void)state;
	put_in("console.log", "a console\n");
	put_in("empty.txt", "");
	put_in(".hidden", "stays");
	assert_ok(results_disk_write(in, disk, &err), &err);
	reads();
	assert_out("console.log", "a console\n");
	assert_out("empty.txt", "");
	assert_int_equal(count_files(out), 2);
}

static void binary_content_survives(void **state)
{
	_cleanup_free_ char *from = xasprintf("%s/b.bin", in), *to = xasprintf("%s/b.bin", out);
	struct error err = { 0 };
	char bytes[70000], *got;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 251);
	assert_ok(file_write(from, bytes, sizeof(bytes), &err), &err);
	assert_ok(results_disk_write(in, disk, &err), &err);
	reads();
	got = file_read(to, 1 << 20, &len, &err);
	assert_int_equal(len, sizeof(bytes));
	assert_memory_equal(got, bytes, len);
	free(got);
}

static void folders_and_links_do_not_go_in(void **state)
{
	_cleanup_free_ char *sub = xasprintf("%s/sub", in), *link = xasprintf("%s/link", in);
	_cleanup_free_ char *inner = xasprintf("%s/file", sub);
	struct error err = { 0 };

	(void)state;
	assert_ok(dir_make(sub, &err), &err);
	put_text(inner, "x");
	assert_int_equal(symlink("/etc/passwd", link), 0);
	put_in("a", "a");
	assert_ok(results_disk_write(in, disk, &err), &err);
	reads();
	assert_int_equal(count_files(out), 1);
}

static void an_empty_folder_is_a_whole_bundle(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_ok(results_disk_write(in, disk, &err), &err);
	reads();
	assert_int_equal(count_files(out), 0);
}

static void a_shorter_bundle_over_a_longer_one_is_read_alone(void **state)
{
	_cleanup_free_ char *big = xasprintf("%s/big.log", in);
	struct error err = { 0 };
	char text[50000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	put_text(big, text);
	assert_ok(results_disk_write(in, disk, &err), &err);
	unlink(big);
	put_in("small", "s");
	assert_ok(results_disk_write(in, disk, &err), &err);
	reads();
	assert_int_equal(count_files(out), 1);
}

static void a_full_disk_is_a_loss(void **state)
{
	struct error err = { 0 };

	(void)state;
	put_in("console.log", "x");
	assert_int_equal(results_disk_write(in, "/dev/full", &err), -1);
	assert_error(&err, STATUS_LOST, "No space left on device");
}

static void a_missing_disk_or_folder_is_named(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(results_disk_write(in, "/nonexistent/disk", &err), -1);
	assert_error(&err, STATUS_LOST, "/nonexistent/disk");
	assert_int_equal(results_disk_write("/nonexistent/in", disk, &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/in");
	assert_int_equal(results_disk_read("/nonexistent/disk", out, &err), -1);
	assert_error(&err, STATUS_LOST, "/nonexistent/disk");
}

/* A whole bundle, cut at every 512 bytes and in between. */
static void a_bundle_cut_anywhere_is_lost(void **state)
{
	_cleanup_free_ char *data = NULL;
	struct error err = { 0 };
	size_t len;

	(void)state;
	put_in("a.log", "some text");
	put_in("b.log", "some more text");
	assert_ok(results_disk_write(in, disk, &err), &err);
	data = file_read(disk, 1 << 20, &len, &err);
	/* a: header, data; b: the same; the mark's header ends at 5 * 512. */
	for (size_t cut = 0; cut < 5 * 512; cut += 256) {
		put_text(disk, "");
		assert_ok(file_write(disk, data, cut, &err), &err);
		refuses("");
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
		/* The rest of the disk as it was made: zeros. */
		assert_int_equal(truncate(disk, 1 << 20), 0);
		refuses("");
		dir_remove(out);
		assert_int_equal(mkdir(out, 0755), 0);
	}
}

static void a_disk_that_was_never_written_says_so(void **state)
{
	(void)state;
	refuses("nothing was written to it");
	assert_int_equal(truncate(disk, 0), 0);
	refuses("");
}

/* Whatever comes, it ends in an error, under ASan, and in no file elsewhere. */
static void garbage_is_lost(void **state)
{
	struct error err = { 0 };
	uint32_t seed = 1;
	char noise[8192];

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < sizeof(noise); i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = (char)(seed >> 24);
		}
		assert_ok(file_write(disk, noise, sizeof(noise), &err), &err);
		refuses("");
	}
}

/* A good bundle with one byte of a header altered: refused, or what was written. */
static void an_altered_header_is_no_other_file(void **state)
{
	_cleanup_free_ char *data = NULL;
	struct error err = { 0 };
	size_t len;

	(void)state;
	put_in("a.log", "some text");
	assert_ok(results_disk_write(in, disk, &err), &err);
	data = file_read(disk, 1 << 20, &len, &err);
	for (size_t at = 0; at < 512; at += 3) {
		data[at] ^= 0x15;
		assert_ok(file_write(disk, data, len, &err), &err);
		data[at] ^= 0x15;
		refuses("");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bundle_test(what_is_written_is_read),
		bundle_test(binary_content_survives),
		bundle_test(folders_and_links_do_not_go_in),
		bundle_test(an_empty_folder_is_a_whole_bundle),
		bundle_test(a_shorter_bundle_over_a_longer_one_is_read_alone),
		bundle_test(a_full_disk_is_a_loss),
		bundle_test(a_missing_disk_or_folder_is_named),
		bundle_test(a_bundle_cut_anywhere_is_lost),
		bundle_test(a_disk_that_was_never_written_says_so),
		bundle_test(garbage_is_lost),
		bundle_test(an_altered_header_is_no_other_file),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
