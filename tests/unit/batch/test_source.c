// SPDX-License-Identifier: GPL-2.0-only
/* What is handed in, looked at from outside. */
#include "support/tempdir.h"

#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/source.h"

static void put(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_error_ struct error err = { 0 };

	assert_int_equal(file_write(path, "x", 1, &err), 0);
}

static enum source_form look(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s%s", dir, name), *found = NULL;
	_cleanup_error_ struct error err = { 0 };

	return source_look(path, &found, &err);
}

static void modules_beside_source_are_the_builders(void **state)
{
	const char *dir = tempdir;
	_cleanup_free_ char *vmx = NULL;

	(void)state;
	put(dir, "kvm.ko");
	put(dir, "kvm.c");
	assert_int_equal(look(dir, ""), SOURCE_MODULES);
	vmx = xasprintf("%s/vmx", dir);
	assert_int_equal(mkdir(vmx, 0700), 0);
	put(vmx, "vmx.c");
	assert_int_equal(look(dir, ""), SOURCE_TO_BUILD);
}

static void a_patch_is_known_by_its_ending_in_any_case(void **state)
{
	const char *dir = tempdir;

	(void)state;
	put(dir, "A.PATCH");
	put(dir, "b.Eml");
	put(dir, "c.txt");
	assert_int_equal(look(dir, "/A.PATCH"), SOURCE_TO_BUILD);
	assert_int_equal(look(dir, "/b.Eml"), SOURCE_TO_BUILD);
	assert_int_equal(look(dir, "/c.txt"), SOURCE_NONE);
	assert_int_equal(look("", "git@server.test:bob/linux.git"), SOURCE_TO_BUILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(modules_beside_source_are_the_builders),
		tempdir_test(a_patch_is_known_by_its_ending_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
