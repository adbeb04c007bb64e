// SPDX-License-Identifier: GPL-2.0-only
/* Runs that end, and what is nobody's but others'. */
#include "support/scratchtest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static void a_run_that_ends_leaves_nothing(void **state)
{
	_cleanup_free_ char *part = tempdir_path("out.part"), *libvirt_root = NULL;
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_ok(scratch_own_dir(&s, part, &err), &err);
	libvirt_root = xstrdup(s.libvirt_root);
	assert_int_equal(count_runs(), 1);
	assert_true(is_there(libvirt_root) && is_there(part));
	fill_folder(s.dir);
	fill_folder(part);
	scratch_destroy(&s);
	assert_int_equal(count_runs(), 0);
	assert_false(is_there(libvirt_root) || is_there(part));
	scratch_destroy(&s);	/* harmless */
}

static void libvirt_s_root_leaves_room_for_a_socket_s_path(void **state)
{
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_true(strlen(s.libvirt_root) + strlen("/lib/qemu/domain-1-/monitor.sock") + 20 < 108);
	scratch_destroy(&s);
}

static void a_folder_that_is_there_is_never_owned(void **state)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *file = xasprintf("%s/sub/file", mine);
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	assert_int_equal(mkdir(mine, 0755), 0);
	fill_folder(mine);
	assert_ok(scratch_create(tempdir, NULL, &s, &err), &err);
	assert_int_equal(scratch_own_dir(&s, mine, &err), -1);
	assert_error(&err, STATUS_USAGE, "cannot make the folder");
	scratch_destroy(&s);
	assert_true(is_there(file));
}

static void a_cache_that_cannot_be_written_is_named(void **state)
{
	_cleanup_free_ char *file = tempdir_path("file"), *under = tempdir_path("file/cache");
	struct error err = { 0 };
	struct scratch s;

	(void)state;
	put_text(file, "x");
	assert_int_equal(scratch_create(under, NULL, &s, &err), -1);
	assert_error(&err, STATUS_USAGE, "file/cache/scratch");
	scratch_destroy(&s);
}

static void a_removal_follows_no_link(void **state)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *file = xasprintf("%s/sub/file", mine);
	_cleanup_free_ char *doomed = tempdir_path("doomed");
	_cleanup_free_ char *link = xasprintf("%s/link", doomed);

	(void)state;
	assert_int_equal(mkdir(mine, 0755), 0);
	assert_int_equal(mkdir(doomed, 0755), 0);
	fill_folder(mine);
	assert_int_equal(symlink(mine, link), 0);
	dir_remove(doomed);
	assert_false(is_there(doomed));
	assert_true(is_there(file));
	dir_remove(doomed);	/* a missing one is fine */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_run_that_ends_leaves_nothing),
		scratch_test(libvirt_s_root_leaves_room_for_a_socket_s_path),
		scratch_test(a_folder_that_is_there_is_never_owned),
		scratch_test(a_cache_that_cannot_be_written_is_named),
		scratch_test(a_removal_follows_no_link),
	};

	return cmocka_run_group_tests_name("scratch", tests, NULL, NULL);
}
