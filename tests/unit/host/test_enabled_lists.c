// SPDX-License-Identifier: GPL-2.0-only
/* A stranger's modules take the lists of handlers of another build for the same kernel. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/enabled_lists.h"

static void put(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name);

	put_text(path, text);
}

static void put_folders(void)
{
	static const char *const folders[] = { "mine", "modules", "modules/6.1", "modules/6.12" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = tempdir_path(folders[i]);
		struct error err = { 0 };

		assert_ok(dir_make(path, &err), &err);
	}
	put("mine/kvm.ko", "vermagic=6.1.0-9-cloud-amd64 SMP mod_unload\n");
	put("modules/6.12/enabled-svm.txt", "# vendor svm kernel 6.12.1\n1\n");
	put("modules/6.1/enabled-svm.txt", "# vendor svm kernel 6.1.0-9-cloud-amd64\n2\n");
}

static void assert_list(const char *name, const char *want)
{
	_cleanup_free_ char *path = tempdir_path(name), *text = NULL;
	struct error err = { 0 };

	text = file_read(path, 100, NULL, &err);
	if (!want) {
		assert_null(text);
		error_clear(&err);
		return;
	}
	assert_non_null(text);
	assert_string_equal(text, want);
}

static void lend(void)
{
	_cleanup_free_ char *mine = tempdir_path("mine"), *cache = tempdir_path(".");
	struct error err = { 0 };

	assert_ok(enabled_lists_lend(mine, cache, &err), &err);
}

static void the_list_of_the_same_kernel_is_lent(void **state)
{
	(void)state;
	put_folders();
	lend();
	assert_list("mine/enabled-svm.txt", "# vendor svm kernel 6.1.0-9-cloud-amd64\n2\n");
	assert_list("mine/enabled-vmx.txt", NULL);
}

static void a_list_that_is_there_stays(void **state)
{
	(void)state;
	put_folders();
	put("mine/enabled-svm.txt", "# vendor svm kernel 6.1.0-9-cloud-amd64\n3\n");
	lend();
	assert_list("mine/enabled-svm.txt", "# vendor svm kernel 6.1.0-9-cloud-amd64\n3\n");
}

static void what_is_no_module_takes_none(void **state)
{
	(void)state;
	put_folders();
	put("mine/kvm.ko", "no module\n");
	lend();
	assert_list("mine/enabled-svm.txt", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_list_of_the_same_kernel_is_lent, tempdir_setup, tempdir_teardown),
		cmocka_unit_test_setup_teardown(a_list_that_is_there_stays, tempdir_setup, tempdir_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_module_takes_none, tempdir_setup, tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
