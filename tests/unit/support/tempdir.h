/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A folder for one test, and small file helpers on it.  Every test program
 * runs from the top of the repository, so that "tests/fixtures/..." is found.
 */
#ifndef EXITMETER_TESTS_TEMPDIR_H
#define EXITMETER_TESTS_TEMPDIR_H

#include "support/helpers.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

/* The folder of the test that runs; tempdir_setup() and _teardown() are cmocka fixtures. */
static char tempdir[64];

static inline int tempdir_setup(void **state)
{
	(void)state;
	strcpy(tempdir, "/tmp/exitmeter-unit-XXXXXX");
	return mkdtemp(tempdir) ? 0 : -1;
}

static inline int tempdir_teardown(void **state)
{
	(void)state;
	dir_remove(tempdir);
	return access(tempdir, F_OK) < 0 ? 0 : -1;
}

#define tempdir_test(f) cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

/* TEMPDIR/NAME; the caller frees. */
static inline char *tempdir_path(const char *name)
{
	return xasprintf("%s/%s", tempdir, name);
}

static inline void put_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline char *get_text(const char *path)
{
	struct error err = { 0 };
	char *text = file_read(path, 1 << 24, NULL, &err);

	if (!text)
		fail_msg("%s", err.message);
	return text;
}

/* The error is as wanted: status, and `words` in the message; clears it. */
static inline void assert_error(struct error *err, enum exit_status status, const char *words)
{
	assert_non_null(err->message);
	if (err->status != status || !strstr(err->message, words))
		fail_msg("wanted status %d and '%s', got %d and '%s'", (int)status, words,
			 (int)err->status, err->message);
	error_clear(err);
}

/* No error; else it is the test's message. */
static inline void assert_ok(int rc, struct error *err)
{
	if (rc != 0 || err->message)
		fail_msg("wanted no error, got %d: %s", rc, err->message ? err->message : "none");
}

static inline int count_files(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return n;
}

#endif
