// SPDX-License-Identifier: GPL-2.0-only
#include "support/configtest.h"

#include "base/error.h"
#include "base/memory.h"

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
	struct command_line line = { 0 };

	(void)state;
	assert_ok(config_parse(&c, &line, ARRAY_SIZE(all), (char **)all, &err), &err);
	assert_ok(config_write(&c, first, &err), &err);
	config_init(&again);
	assert_ok(config_read(&again, first, &err), &err);
	assert_ok(config_write(&again, second, &err), &err);
	a = get_text(first);
	b = get_text(second);
	assert_string_equal(a, b);
	assert_non_null(strstr(a, "\n  \"format\": 1,\n"));
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
	json_is("{\"cache\": \"~/em\"}", "--cache ~/em begins with ~, which the shell has not expanded: "
		"write it outside of quotes, or $HOME");
	json_is("", "line 1");
	json_is("{", "line 1");
	json_is("{} x", "line 1");
	json_is("{\"format\": 2}", "it is of format 2, and this exitmeter reads formats up to 1 only");
	json_is("{\"format\": 0}", "the key 'format' is no number of a format");
	json_is("{\"format\": \"1\"}", "the key 'format' is no number of a format");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(config_json_brings_every_option_back),
		config_test(config_json_of_the_defaults_changes_nothing),
		config_test(a_config_json_that_is_none_is_refused),
		config_test(a_value_of_the_wrong_type_is_refused),
		config_test(a_value_that_json_cannot_hold_is_no_loss_in_silence),
	};

	return cmocka_run_group_tests_name("config_json", tests, NULL, NULL);
}
