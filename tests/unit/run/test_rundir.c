// SPDX-License-Identifier: GPL-2.0-only
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "run/rundir.h"

#include <sys/mount.h>

/* TEMPDIR is the cache; OUT is TEMPDIR/out. */
static struct config c;
static struct rundir d;
static char *final;

static int setup(void **state)
{
	int rc = tempdir_setup(state);

	config_init(&c);
	final = tempdir_path("out");
	c.out = xstrdup(final);
	c.cache = xstrdup(tempdir);
	c.nonce = xstrdup("0123456789abcdef");
	return rc;
}

static int teardown(void **state)
{
	config_deinit(&c);
	rundir_deinit(&d);
	free(final);
	return tempdir_teardown(state);
}

#define rundir_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void refuses(const char *words)
{
	struct error err = { 0 };

	assert_int_equal(rundir_choose(&c, HOST_NATIVE, &d, &err), -1);
	assert_error(&err, STATUS_USAGE, words);
	rundir_deinit(&d);
}

static void set_out(const char *out)
{
	free(c.out);
	c.out = out ? xstrdup(out) : NULL;
}

/* Opens, writes one file, closes. */
static void make_one(void)
{
	_cleanup_free_ char *file = NULL;
	struct error err = { 0 };
	struct scratch s;

	assert_ok(rundir_choose(&c, HOST_NATIVE, &d, &err), &err);
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_ok(rundir_open(&s, &d, &err), &err);
	file = xasprintf("%s/report.txt", d.part);
	put_text(file, "whole");
	assert_ok(rundir_close(&c, &s, &d, &err), &err);
	assert_int_equal(access(d.part, F_OK), -1);
	scratch_destroy(&s);
}

static void a_whole_run_is_in_its_place(void **state)
{
	_cleanup_free_ char *file = xasprintf("%s/report.txt", final);
	_cleanup_free_ char *marker = xasprintf("%s/" SCRATCH_MARKER, final);
	_cleanup_free_ char *latest = tempdir_path("runs/latest/report.txt"), *text = NULL;

	(void)state;
	make_one();
	text = get_text(file);
	assert_string_equal(text, "whole");
	assert_int_equal(access(marker, F_OK), -1);
	assert_int_equal(access(latest, F_OK), 0);
}

static void latest_is_the_latest(void **state)
{
	_cleanup_free_ char *link = tempdir_path("runs/latest"), *second = tempdir_path("second");
	char target[256] = "";

	(void)state;
	make_one();
	rundir_deinit(&d);
	set_out(second);
	make_one();
	assert_true(readlink(link, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, second);
}

static void an_empty_folder_will_do_and_slashes_at_the_end_too(void **state)
{
	_cleanup_free_ char *slashes = xasprintf("%s//", final);

	(void)state;
	assert_int_equal(mkdir(final, 0755), 0);
	set_out(slashes);
	make_one();
	assert_string_equal(d.final, final);
}

static void without_out_a_name_is_found_in_the_cache(void **state)
{
	_cleanup_free_ char *runs = tempdir_path("runs/");

	(void)state;
	set_out(NULL);
	make_one();
	assert_non_null(strstr(d.final, runs));
	assert_non_null(strstr(d.final, "-native-cloud-0123"));
}

static void a_run_that_fails_leaves_nothing(void **state)
{
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(rundir_choose(&c, HOST_NATIVE, &d, &err), &err);
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_ok(rundir_open(&s, &d, &err), &err);
	assert_int_equal(access(d.part, F_OK), 0);
	scratch_destroy(&s);
	assert_int_equal(access(d.part, F_OK), -1);
	assert_int_equal(access(final, F_OK), -1);
}

static void what_has_something_in_it_is_refused(void **state)
{
	_cleanup_free_ char *file = xasprintf("%s/file", final);

	(void)state;
	assert_int_equal(mkdir(final, 0755), 0);
	put_text(file, "x");
	refuses("is there and not empty: an earlier run is never overwritten");
	set_out(file);
	refuses("is there and not empty");
}

/* The rename at the end of a run cannot replace these: said at its beginning. */
static void what_cannot_be_replaced_is_refused(void **state)
{
	_cleanup_free_ char *link = tempdir_path("link"), *dangling = tempdir_path("dangling");

	(void)state;
	assert_int_equal(mkdir(final, 0755), 0);
	assert_int_equal(symlink(final, link), 0);
	assert_int_equal(symlink("/nonexistent", dangling), 0);
	set_out(link);
	refuses("is a symbolic link");
	set_out(dangling);
	refuses("is a symbolic link");
	set_out("/");
	refuses("not empty");
	set_out("/tmp/a\nb");
	refuses("line break");
}

static void need_mounts(void)
{
	if (mount("none", tempdir, "tmpfs", 0, "size=64k") < 0)
		skip_because("not root, or no tmpfs may be mounted here");
	assert_int_equal(umount(tempdir), 0);
}

static void a_mount_point_is_refused(void **state)
{
	struct error err = { 0 };
	int rc;

	(void)state;
	need_mounts();
	assert_int_equal(mkdir(final, 0755), 0);
	assert_int_equal(mount("none", final, "tmpfs", 0, "size=64k"), 0);
	rc = rundir_choose(&c, HOST_NATIVE, &d, &err);
	assert_int_equal(umount(final), 0);
	assert_int_equal(rc, -1);
	assert_error(&err, STATUS_USAGE, "is a mount point: name a folder in it");
}

static void a_place_without_room_is_refused_before_the_run(void **state)
{
	_cleanup_free_ char *small = NULL, *out = NULL;
	struct error err = { 0 };
	struct scratch s;
	int rc;

	(void)state;
	need_mounts();
	small = tempdir_path("small");
	out = tempdir_path("small/out");
	assert_int_equal(mkdir(small, 0755), 0);
	assert_int_equal(mount("none", small, "tmpfs", 0, "size=1m"), 0);
	set_out(out);
	rc = rundir_choose(&c, HOST_NATIVE, &d, &err);
	if (rc == 0)
		rc = scratch_create(tempdir, NULL, &s, &err);
	if (rc == 0) {
		rc = rundir_open(&s, &d, &err);
		scratch_destroy(&s);
	}
	assert_int_equal(umount(small), 0);
	assert_int_equal(rc, -1);
	assert_error(&err, STATUS_USAGE, "no space left for the run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(a_whole_run_is_in_its_place),
		rundir_test(latest_is_the_latest),
		rundir_test(an_empty_folder_will_do_and_slashes_at_the_end_too),
		rundir_test(without_out_a_name_is_found_in_the_cache),
		rundir_test(a_run_that_fails_leaves_nothing),
		rundir_test(what_has_something_in_it_is_refused),
		rundir_test(what_cannot_be_replaced_is_refused),
		rundir_test(a_mount_point_is_refused),
		rundir_test(a_place_without_room_is_refused_before_the_run),
	};

	return cmocka_run_group_tests_name("rundir", tests, NULL, NULL);
}
