// SPDX-License-Identifier: GPL-2.0-only
/* Whose a run is: one of all who ask for its place; and a file system without locks is told. */
#include "support/helpers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "batch/run_lock.h"

static void one_has_a_place_until_it_lets_go(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	int one = run_lock_open(*state, &err), two = run_lock_open(*state, &err);

	assert_true(one >= 0 && two >= 0);
	assert_int_equal(run_lock_take(one, "subjects/bob", &err), 1);
	assert_int_equal(run_lock_take(two, "subjects/bob", &err), 0);
	assert_int_equal(run_lock_take(two, "second-vendor/bob", &err), 1);
	assert_int_equal(run_lock_take(two, "subjects/ann", &err), 1);
	run_lock_release(one, "subjects/bob");
	assert_int_equal(run_lock_take(two, "subjects/bob", &err), 1);
	assert_int_equal(run_lock_take(one, "subjects/ann", &err), 0);
	close(two);
	assert_int_equal(run_lock_take(one, "subjects/ann", &err), 1);
	assert_null(err.message);
	close(one);
}

/* As that of NFS without lockd, but for its number: a file that cannot be written takes no such lock. */
static void what_is_no_lock_of_anothers_is_an_error(void **state)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *path = xasprintf("%s/.exitmeter-batch.lock", (char *)*state);
	int fd = run_lock_open(*state, &err);

	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(run_lock_take(fd, "runs/run/001", &err), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, "Bad file descriptor"));
	assert_non_null(strstr(err.message, "mounted with locks"));
	close(fd);
}

static int make_folder(void **state)
{
	static char dir[] = "/tmp/run_lock.XXXXXX";

	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
	dir_remove(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_has_a_place_until_it_lets_go),
		cmocka_unit_test(what_is_no_lock_of_anothers_is_an_error),
	};

	return cmocka_run_group_tests_name("run_lock", tests, make_folder, remove_folder);
}
