/* SPDX-License-Identifier: GPL-2.0-only */
/* A results disk in a folder of the test's, for results_disk_write() and results_disk_read(). */
#ifndef EXITMETER_TESTS_BUNDLETEST_H
#define EXITMETER_TESTS_BUNDLETEST_H

#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/results_disk.h"

/* TEMPDIR/in and /out, folders, and TEMPDIR/disk, a raw disk of zeros. */
static char *in, *out, *disk;

static inline int setup(void **state)
{
	struct error err = { 0 };

	if (tempdir_setup(state) < 0)
		return -1;
	in = tempdir_path("in");
	out = tempdir_path("out");
	disk = tempdir_path("disk");
	put_text(disk, "");
	return truncate(disk, 1 << 20) < 0 || dir_make(in, &err) < 0 || dir_make(out, &err) < 0;
}

static inline int teardown(void **state)
{
	free(in);
	free(out);
	free(disk);
	return tempdir_teardown(state);
}

#define bundle_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static inline void put_in(const char *name, const char *text)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", in, name);

	put_text(path, text);
}

static inline void assert_out(const char *name, const char *text)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", out, name);
	_cleanup_free_ char *got = get_text(path);

	assert_string_equal(got, text);
}

static inline void reads(void)
{
	struct error err = { 0 };

	assert_ok(results_disk_read(disk, out, &err), &err);
}

/* STATUS_LOST, and nothing came to be anywhere but in the folder. */
static inline void refuses(const char *words)
{
	struct error err = { 0 };

	assert_int_equal(results_disk_read(disk, out, &err), -1);
	assert_non_null(strstr(err.message, "the results disk of the L1 host: "));
	assert_error(&err, STATUS_LOST, words);
	assert_int_equal(count_files(tempdir), 3);
}

#endif
