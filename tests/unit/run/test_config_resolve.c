// SPDX-License-Identifier: GPL-2.0-only
/* What follows from other options and from the environment. */
#include "support/configtest.h"

#include "base/error.h"
#include "base/memory.h"

#include <pwd.h>
#include <unistd.h>
#include <limits.h>

static void what_follows_is_filled_in(void **state)
{
	struct error err = { 0 };

	(void)state;
	accepts("--cache", "/c");
	accepts("--kit", "/k");
	assert_ok(config_resolve(&c, &err), &err);
	assert_string_equal(c.module_dir, "/c/modules/6.1");
	assert_string_equal(c.host_image, "/c/images/host-bookworm");
	assert_string_equal(c.guest_image, "/c/images/guest-bookworm");
	assert_string_equal(c.manifests, "/k/manifests");
	assert_string_equal(c.bochs, "/c/bochs-3.0");
	assert_string_equal(c.guest_kernel, "/c/images/guest-bookworm/vmlinuz");
	assert_string_equal(c.templates, "/k/cloud-init");
	assert_int_equal(strlen(c.nonce), 16);
	assert_int_equal(strspn(c.nonce, "0123456789abcdef"), 16);
}

static void a_disk_of_one_s_own_is_raw_unless_said(void **state)
{
	struct error err = { 0 };

	(void)state;
	accepts("--cache", "/c");
	accepts("--guest-disk", "/dev/vdd");
	assert_ok(config_resolve(&c, &err), &err);
	assert_string_equal(c.guest_disk_format, "raw");
}

static void the_cache_is_where_xdg_says(void **state)
{
	_cleanup_free_ char *home = getenv("HOME") ? xstrdup(getenv("HOME")) : NULL;
	_cleanup_free_ char *xdg = getenv("XDG_CACHE_HOME") ? xstrdup(getenv("XDG_CACHE_HOME")) : NULL;
	struct passwd *user = getpwuid(getuid());
	_cleanup_free_ char *of_user = user ? xasprintf("%s/.cache/exitmeter", user->pw_dir) : NULL;
	struct error err = { 0 };

	(void)state;
	unsetenv("HOME");
	unsetenv("XDG_CACHE_HOME");
	if (of_user) {
		assert_ok(config_resolve(&c, &err), &err);
		assert_string_equal(c.cache, of_user);
	} else {
		assert_int_equal(config_resolve(&c, &err), -1);
		assert_error(&err, STATUS_USAGE, "set HOME, XDG_CACHE_HOME or --cache");
	}
	config_deinit(&c);
	config_init(&c);
	setenv("HOME", "/home/x", 1);
	setenv("XDG_CACHE_HOME", "", 1);
	assert_ok(config_resolve(&c, &err), &err);
	assert_string_equal(c.cache, "/home/x/.cache/exitmeter");
	config_deinit(&c);
	config_init(&c);
	setenv("XDG_CACHE_HOME", "/xdg", 1);
	assert_ok(config_resolve(&c, &err), &err);
	assert_string_equal(c.cache, "/xdg/exitmeter");
	if (home)
		setenv("HOME", home, 1);
	if (xdg)
		setenv("XDG_CACHE_HOME", xdg, 1);
	else
		unsetenv("XDG_CACHE_HOME");
}

static const char *resolved_uri(void)
{
	struct error err = { 0 };

	accepts("--cache", "/c");
	assert_ok(config_resolve(&c, &err), &err);
	return c.libvirt_uri;
}

static void the_libvirt_is_the_environment_s_unless_said(void **state)
{
	(void)state;
	unsetenv("LIBVIRT_URI");
	assert_null(resolved_uri());
	setenv("LIBVIRT_URI", "", 1);
	assert_null(resolved_uri());
	setenv("LIBVIRT_URI", "test:///default", 1);
	accepts("--libvirt-uri", "qemu:///system");
	assert_string_equal(resolved_uri(), "qemu:///system");
	config_deinit(&c);
	config_init(&c);
	assert_string_equal(resolved_uri(), "test:///default");
	unsetenv("LIBVIRT_URI");
}

static void paths_become_absolute(void **state)
{
	const char *const options[] = { "--out", "--cache", "--kit", "--module-dir",
		"--host-image", "--guest-image", "--guest-disk", "--guest-kernel", "--guest-init",
		"--templates" };
	char **fields[] = { &c.out, &c.cache, &c.kit, &c.module_dir, &c.host_image,
		&c.guest_image, &c.guest_disk, &c.guest_kernel, &c.guest_init, &c.templates };
	_cleanup_free_ char *want = NULL;
	struct error err = { 0 };
	char cwd[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	want = xasprintf("%s/some/place", cwd);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		accepts(options[i], "some/place");
	assert_ok(config_resolve(&c, &err), &err);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		assert_string_equal(*fields[i], want);
}

static void a_nonce_is_hex(void **state)
{
	static const char long_one[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	const char *const bad[] = { "xyz", "ABC", "0 1", "$(reboot)", "0\n1" };
	_cleanup_free_ char *longer = xasprintf("%s0", long_one);
	struct error err = { 0 };

	(void)state;
	accepts("--cache", "/c");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		accepts("--nonce", bad[i]);
		assert_int_equal(config_resolve(&c, &err), -1);
		assert_error(&err, STATUS_USAGE, "--nonce takes 1 to 64 lower-case hex digits");
	}
	accepts("--nonce", longer);
	assert_int_equal(config_resolve(&c, &err), -1);
	assert_error(&err, STATUS_USAGE, "--nonce");
	accepts("--nonce", long_one);
	assert_ok(config_resolve(&c, &err), &err);
	assert_string_equal(c.nonce, long_one);
}

static void paging_is_said_once(void **state)
{
	struct error err = { 0 };

	(void)state;
	accepts("--cache", "/c");
	accepts("--vendor-params", "nested=1 npt=0");
	assert_ok(config_resolve(&c, &err), &err);
	accepts("--paging", "shadow");
	assert_int_equal(config_resolve(&c, &err), -1);
	assert_error(&err, STATUS_USAGE, "--paging shadow and --vendor-params 'nested=1 npt=0' both say");
	accepts("--vendor-params", "ept");
	assert_int_equal(config_resolve(&c, &err), -1);
	assert_error(&err, STATUS_USAGE, "--paging shadow and --vendor-params 'ept' both say");
	accepts("--vendor-params", "npt_other=1 xept=0");
	assert_ok(config_resolve(&c, &err), &err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(what_follows_is_filled_in),
		config_test(a_disk_of_one_s_own_is_raw_unless_said),
		config_test(the_cache_is_where_xdg_says),
		config_test(the_libvirt_is_the_environment_s_unless_said),
		config_test(paths_become_absolute),
		config_test(a_nonce_is_hex),
		config_test(paging_is_said_once),
	};

	return cmocka_run_group_tests_name("config_resolve", tests, NULL, NULL);
}
