// SPDX-License-Identifier: GPL-2.0-only
#include "tempdir.h"

#include <limits.h>

#include "config.h"

static struct config c;

static int setup(void **state)
{
	config_init(&c);
	return tempdir_setup(state);
}

static int teardown(void **state)
{
	config_deinit(&c);
	return tempdir_teardown(state);
}

#define config_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Up to three words after the command's name; NULL ends them. */
static int parse(struct error *err, const char *a, const char *b, const char *d)
{
	const char *argv[] = { "run", a, b, d, NULL };
	int argc = 1;
	bool help = false;

	while (argv[argc])
		argc++;
	return config_parse(&c, argc, (char **)argv, &help, err) < 0 ? -1 : help;
}

static void accepts(const char *a, const char *b)
{
	struct error err = { 0 };

	assert_ok(parse(&err, a, b, NULL), &err);
}

static void refuses(const char *a, const char *b, const char *message)
{
	struct error err = { 0 };

	assert_int_equal(parse(&err, a, b, NULL), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_string_equal(err.message, message);
	error_clear(&err);
}

static void the_defaults_are_those_of_the_help(void **state)
{
	(void)state;
	assert_string_equal(c.host, "auto");
	assert_string_equal(c.guest, "cloud");
	assert_string_equal(c.layout, "split");
	assert_string_equal(c.scope, "vm");
	assert_string_equal(c.modules, "patched");
	assert_int_equal(c.vcpus, 1);
	assert_int_equal(c.memory_mib, 1024);
	assert_null(c.out);
	assert_false(c.dry_run || c.json);
}

static void every_text_option_is_taken_in_both_forms(void **state)
{
	const struct { const char *name; char **field; } texts[] = {
		{ "out", &c.out }, { "cache", &c.cache }, { "libvirt-uri", &c.libvirt_uri },
		{ "kit", &c.kit }, { "module-dir", &c.module_dir },
		{ "host-image", &c.host_image }, { "guest-image", &c.guest_image },
		{ "bochs", &c.bochs }, { "vendor-params", &c.vendor_params },
		{ "guest-disk", &c.guest_disk }, { "guest-disk-format", &c.guest_disk_format },
		{ "guest-kernel", &c.guest_kernel }, { "guest-init", &c.guest_init },
		{ "guest-append", &c.guest_append }, { "templates", &c.templates },
		{ "nonce", &c.nonce }, { "progress", &c.progress },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_cleanup_free_ char *option = xasprintf("--%s", texts[i].name);
		_cleanup_free_ char *both = xasprintf("--%s=a=b c", texts[i].name);
		_cleanup_free_ char *empty = xasprintf("--%s=", texts[i].name);
		_cleanup_free_ char *why = xasprintf("--%s has an empty value", texts[i].name);
		_cleanup_free_ char *lacks = xasprintf("--%s needs a value", texts[i].name);

		accepts(option, "some value");
		assert_string_equal(*texts[i].field, "some value");
		accepts(both, NULL);
		assert_string_equal(*texts[i].field, "a=b c");
		refuses(empty, NULL, why);
		refuses(option, "", why);
		refuses(option, NULL, lacks);
		assert_string_equal(*texts[i].field, "a=b c");
	}
}

static void every_number_option_keeps_its_bounds(void **state)
{
	const struct { const char *name; long *field, min, max; } numbers[] = {
		{ "vcpus", &c.vcpus, 1, 64 },
		{ "memory", &c.memory_mib, 128, 65536 },
		{ "timeout-start", &c.timeout_start, 1, 86400 },
		{ "timeout-early", &c.timeout_early, 1, 86400 },
		{ "timeout-boot", &c.timeout_boot, 1, 86400 },
		{ "timeout-shutdown", &c.timeout_shutdown, 1, 86400 },
		{ "timeout-silence", &c.timeout_silence, 1, 86400 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		_cleanup_free_ char *option = xasprintf("--%s", numbers[i].name);
		_cleanup_free_ char *min = xasprintf("%ld", numbers[i].min);
		_cleanup_free_ char *max = xasprintf("%ld", numbers[i].max);
		_cleanup_free_ char *below = xasprintf("%ld", numbers[i].min - 1);
		_cleanup_free_ char *above = xasprintf("%ld", numbers[i].max + 1);
		const char *const bad[] = { below, above, "", "x", "-1", "1x", "2 ", "1.5", "0x10",
					    "1e3", "99999999999999999999" };

		accepts(option, min);
		assert_int_equal(*numbers[i].field, numbers[i].min);
		accepts(option, max);
		assert_int_equal(*numbers[i].field, numbers[i].max);
		for (size_t j = 0; j < ARRAY_SIZE(bad); j++) {
			_cleanup_free_ char *why = xasprintf(
				"--%s takes a whole number from %ld to %ld, not '%s'",
				numbers[i].name, numbers[i].min, numbers[i].max, bad[j]);

			refuses(option, bad[j], why);
		}
		assert_int_equal(*numbers[i].field, numbers[i].max);
	}
}

static void every_choice_is_taken_and_no_other(void **state)
{
	static const char *const good[][2] = {
		{ "--host", "auto" }, { "--host", "nested" }, { "--host", "emulated-svm" },
		{ "--host", "emulated-vmx" }, { "--host", "native" },
		{ "--guest", "cloud" }, { "--guest", "micro" }, { "--layout", "split" },
		{ "--layout", "combined" }, { "--layout", "reversed" },
		{ "--scope", "vm" }, { "--scope", "global" },
		{ "--modules", "patched" }, { "--modules", "stock" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		accepts(good[i][0], good[i][1]);
	assert_string_equal(c.host, "native");
	assert_string_equal(c.modules, "stock");
	refuses("--host", "nowhere",
		"unknown host 'nowhere': it is one of auto nested emulated-svm emulated-vmx native");
	refuses("--guest", "Cloud", "unknown guest 'Cloud': it is one of cloud micro");
	refuses("--layout", "", "unknown layout '': it is one of split combined reversed");
	refuses("--scope", "guest", "unknown scope 'guest': it is one of vm global");
	refuses("--layout", "split combined",
		"unknown layout 'split combined': it is one of split combined reversed");
	refuses("--modules", "patch", "unknown modules 'patch': it is one of patched stock");
	assert_string_equal(c.host, "native");
}

static void flags_take_no_value(void **state)
{
	(void)state;
	accepts("--dry-run", "--json");
	assert_true(c.dry_run && c.json);
	refuses("--json=yes", NULL, "--json takes no value");
	refuses("--dry-run=", NULL, "--dry-run takes no value");
}

static void what_is_no_option_is_refused(void **state)
{
	(void)state;
	refuses("--nosuch", NULL, "unknown option --nosuch: see exitmeter run --help");
	refuses("--hos", "auto", "unknown option --hos: see exitmeter run --help");
	refuses("--", NULL, "unknown option --: see exitmeter run --help");
	refuses("-v", NULL, "unexpected argument '-v': see exitmeter run --help");
	refuses("word", NULL, "unexpected argument 'word': see exitmeter run --help");
	refuses("--config", NULL, "--config needs a value");
}

static void help_is_told(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(parse(&err, "--help", NULL, NULL), 1);
	assert_int_equal(parse(&err, "--json", "-h", NULL), 1);
}

/* Every option once, with a value of its own. */
static const char *const all[] = {
	"run", "--host=native", "--guest=micro", "--layout=reversed", "--scope=global", "--modules=stock",
	"--vcpus=3", "--memory=777", "--out=/o", "--cache=/c", "--libvirt-uri=test:///default",
	"--kit=/k", "--module-dir=/m", "--host-image=/h", "--guest-image=/g", "--guest-disk=/d",
	"--guest-disk-format=raw", "--guest-kernel=/v", "--guest-init=/i",
	"--guest-append=a=\"b\" \\", "--templates=/t\xc3\xa9", "--nonce=abc", "--progress=/p",
	"--timeout-start=11", "--timeout-early=12", "--timeout-boot=13",
	"--timeout-shutdown=14", "--timeout-silence=15", "--dry-run", "--json",
};

static void config_json_brings_every_option_back(void **state)
{
	_cleanup_free_ char *first = tempdir_path("first.json"), *second = tempdir_path("second.json");
	_cleanup_free_ char *a = NULL, *b = NULL;
	struct error err = { 0 };
	struct config again;
	bool help;

	(void)state;
	assert_ok(config_parse(&c, ARRAY_SIZE(all), (char **)all, &help, &err), &err);
	assert_ok(config_write(&c, first, &err), &err);
	config_init(&again);
	assert_ok(config_read(&again, first, &err), &err);
	assert_ok(config_write(&again, second, &err), &err);
	a = get_text(first);
	b = get_text(second);
	assert_string_equal(a, b);
	assert_string_equal(again.guest_append, "a=\"b\" \\");
	assert_int_equal(again.timeout_silence, 15);
	assert_true(again.dry_run && again.json);
	config_deinit(&again);
}

static void config_json_of_the_defaults_changes_nothing(void **state)
{
	_cleanup_free_ char *path = tempdir_path("config.json");
	_cleanup_free_ char *option = xasprintf("--config=%s", path);
	struct error err = { 0 };

	(void)state;
	assert_ok(config_write(&c, path, &err), &err);
	accepts("--out", "/o");
	accepts("--dry-run", option);
	assert_string_equal(c.out, "/o");
	assert_true(c.dry_run);
	assert_null(c.cache);
}

static void json_is(const char *text, const char *words)
{
	_cleanup_free_ char *path = tempdir_path("bad.json");
	struct error err = { 0 };

	put_text(path, text);
	assert_int_equal(config_read(&c, path, &err), -1);
	assert_non_null(strstr(err.message, "bad.json"));
	assert_error(&err, STATUS_USAGE, words);
}

static void a_config_json_that_is_none_is_refused(void **state)
{
	struct error err = { 0 };

	(void)state;
	json_is("{\"nosuch\": \"x\"}", "unknown key 'nosuch'");
	json_is("{\"nosuch\": null}", "unknown key 'nosuch'");
	json_is("{\"nosuch\": false}", "unknown key 'nosuch'");
	json_is("{\"host\": \"auto\", \"host\": \"native\"}", "duplicate object key");
	json_is("{\"host\": \"nowhere\"}", "unknown host 'nowhere'");
	json_is("{\"vcpus\": 65}", "--vcpus takes a whole number from 1 to 64, not '65'");
	json_is("{\"out\": \"\"}", "--out has an empty value");
	json_is("", "line 1");
	json_is("{", "line 1");
	json_is("{} x", "line 1");
	json_is("[]", "not a JSON object");
	json_is("[\"host\"]", "not a JSON object");
	assert_int_equal(config_read(&c, "/nonexistent/c.json", &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/c.json");
}

static void a_value_of_the_wrong_type_is_refused(void **state)
{
	static const char *const pairs[][2] = {
		{ "vcpus", "\"4\"" }, { "vcpus", "null" }, { "vcpus", "false" },
		{ "vcpus", "4.0" }, { "vcpus", "[4]" }, { "host", "1" }, { "host", "null" },
		{ "host", "true" }, { "out", "5" }, { "out", "true" }, { "out", "{}" },
		{ "json", "0" }, { "json", "1" }, { "json", "\"no\"" }, { "dry-run", "null" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_free_ char *text = xasprintf("{\"%s\": %s}", pairs[i][0], pairs[i][1]);
		_cleanup_free_ char *why = xasprintf("key '%s' has a value of the wrong type",
						     pairs[i][0]);

		json_is(text, why);
	}
	assert_false(c.json || c.dry_run);
}

static void a_value_that_json_cannot_hold_is_no_loss_in_silence(void **state)
{
	_cleanup_free_ char *path = tempdir_path("config.json");
	struct error err = { 0 };

	(void)state;
	accepts("--out", "/latin\xe9");
	assert_int_equal(config_write(&c, path, &err), -1);
	assert_error(&err, STATUS_USAGE, "the value of --out is not UTF-8");
	assert_int_equal(access(path, F_OK), -1);
}

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
	assert_string_equal(c.guest_disk, "/c/images/guest-bookworm/disk.qcow2");
	assert_string_equal(c.guest_disk_format, "qcow2");
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
	struct error err = { 0 };

	(void)state;
	unsetenv("HOME");
	unsetenv("XDG_CACHE_HOME");
	assert_int_equal(config_resolve(&c, &err), -1);
	assert_error(&err, STATUS_USAGE, "set HOME, XDG_CACHE_HOME or --cache");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(the_defaults_are_those_of_the_help),
		config_test(every_text_option_is_taken_in_both_forms),
		config_test(every_number_option_keeps_its_bounds),
		config_test(every_choice_is_taken_and_no_other),
		config_test(flags_take_no_value),
		config_test(what_is_no_option_is_refused),
		config_test(help_is_told),
		config_test(config_json_brings_every_option_back),
		config_test(config_json_of_the_defaults_changes_nothing),
		config_test(a_config_json_that_is_none_is_refused),
		config_test(a_value_of_the_wrong_type_is_refused),
		config_test(a_value_that_json_cannot_hold_is_no_loss_in_silence),
		config_test(what_follows_is_filled_in),
		config_test(a_disk_of_one_s_own_is_raw_unless_said),
		config_test(the_cache_is_where_xdg_says),
		config_test(paths_become_absolute),
		config_test(a_nonce_is_hex),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
