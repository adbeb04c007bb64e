// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/seed.h"

#include <archive.h>
#include <archive_entry.h>

static void assert_is_init(const char *path, const char *data, size_t len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	_cleanup_free_ char *got = xcalloc(1, len + 1);

	assert_int_equal(archive_read_support_format_cpio(a), ARCHIVE_OK);
	assert_int_equal(archive_read_open_filename(a, path, 4096), ARCHIVE_OK);
	assert_int_equal(archive_read_next_header(a, &e), ARCHIVE_OK);
	/* The kernel takes newc ("070701") and no other cpio. */
	assert_int_equal(archive_format(a), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
	assert_string_equal(archive_entry_pathname(e), "init");
	assert_int_equal(archive_entry_filetype(e), AE_IFREG);
	assert_int_equal(archive_entry_perm(e), 0755);
	assert_int_equal(archive_entry_uid(e), 0);
	assert_int_equal(archive_entry_size(e), len);
	assert_int_equal(archive_read_data(a, got, len + 1), len);
	assert_memory_equal(got, data, len);
	assert_int_equal(archive_read_next_header(a, &e), ARCHIVE_EOF);
	archive_read_free(a);
}

static int make_init(const char *init, const char *path, struct error *err)
{
	const struct initramfs_file file = { init, "init" };

	return initramfs_make(&file, 1, path, err);
}

static void the_archive_holds_init_and_nothing_else(void **state)
{
	_cleanup_free_ char *init = tempdir_path("probe"), *path = tempdir_path("initrd.img");
	static char data[100003];
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i % 251);
	assert_ok(file_write(init, data, sizeof(data), &err), &err);
	assert_ok(make_init(init, path, &err), &err);
	assert_is_init(path, data, sizeof(data));
}

static void the_same_init_gives_the_same_archive(void **state)
{
	_cleanup_free_ char *init = tempdir_path("probe"), *a = tempdir_path("a"), *b = tempdir_path("b");
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct error err = { 0 };
	size_t first_len, second_len;

	(void)state;
	put_text(init, "#!/bin/true\n");
	assert_ok(make_init(init, a, &err), &err);
	sleep(1);	/* no time of day in it */
	assert_ok(make_init(init, b, &err), &err);
	first = file_read(a, 1 << 20, &first_len, &err);
	second = file_read(b, 1 << 20, &second_len, &err);
	assert_int_equal(first_len, second_len);
	assert_memory_equal(first, second, first_len);
}

static void what_cannot_be_read_or_written_is_named(void **state)
{
	_cleanup_free_ char *init = tempdir_path("probe");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(make_init("/nonexistent/probe", "/dev/null", &err), -1);
	assert_error(&err, STATUS_USAGE, "the micro guest's init: cannot open /nonexistent/probe");
	put_text(init, "x");
	assert_int_equal(make_init(init, "/nonexistent/initrd", &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot write /nonexistent/initrd");
	assert_int_equal(make_init(init, "/dev/full", &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot write /dev/full");
	assert_int_equal(truncate(init, 9 << 20), 0);
	assert_int_equal(make_init(init, "/dev/null", &err), -1);
	assert_error(&err, STATUS_USAGE, "larger than");
}

static void folders_come_before_what_is_in_them_and_once(void **state)
{
	static const char *const want[] = { "init", "usr", "usr/bin", "usr/bin/tool", "lib", "lib/x", "lib/x/a.so",
					    "lib/x/b.so", "lib64", "lib64/ld.so" };
	_cleanup_free_ char *from = tempdir_path("any"), *path = tempdir_path("initrd.img");
	const struct initramfs_file files[] = {
		{ from, "init" }, { from, "usr/bin/tool" }, { from, "lib/x/a.so" }, { from, "lib/x/b.so" },
		{ from, "lib64/ld.so" },
	};
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	struct error err = { 0 };

	(void)state;
	put_text(from, "any");
	assert_ok(initramfs_make(files, ARRAY_SIZE(files), path, &err), &err);
	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, path, 4096), ARCHIVE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		bool is_file = strchr(want[i], '.') || strstr(want[i], "init") || strstr(want[i], "tool");

		assert_int_equal(archive_read_next_header(a, &e), ARCHIVE_OK);
		assert_string_equal(archive_entry_pathname(e), want[i]);
		assert_int_equal(archive_entry_filetype(e), is_file ? AE_IFREG : AE_IFDIR);
		assert_int_equal(archive_entry_perm(e), 0755);
		assert_int_equal(archive_entry_size(e), is_file ? 3 : 0);
	}
	assert_int_equal(archive_read_next_header(a, &e), ARCHIVE_EOF);
	archive_read_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(the_archive_holds_init_and_nothing_else),
		tempdir_test(the_same_init_gives_the_same_archive),
		tempdir_test(folders_come_before_what_is_in_them_and_once),
		tempdir_test(what_cannot_be_read_or_written_is_named),
	};

	return cmocka_run_group_tests_name("initramfs", tests, NULL, NULL);
}
