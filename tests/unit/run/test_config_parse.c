// SPDX-License-Identifier: GPL-2.0-only
#include "support/configtest.h"

#include "base/error.h"
#include "base/memory.h"
#include "run/config_option.h"

static void the_defaults_are_those_of_the_help(void **state)
{
	(void)state;
	assert_int_equal(c.host, HOST_AUTO);
	assert_int_equal(c.guest, GUEST_CLOUD);
	assert_int_equal(c.layout, EM_SPLIT);
	assert_int_equal(c.scope, SCOPE_VM);
	assert_int_equal(c.modules, KVM_PATCHED);
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
	assert_int_equal(c.host, HOST_NATIVE);
	assert_int_equal(c.modules, KVM_STOCK);
	refuses("--host", "nowhere",
		"unknown host 'nowhere': it is one of auto nested emulated-svm emulated-vmx native");
	refuses("--guest", "Cloud", "unknown guest 'Cloud': it is one of cloud micro");
	refuses("--layout", "", "unknown layout '': it is one of split combined reversed auto");
	refuses("--scope", "guest", "unknown scope 'guest': it is one of vm global");
	refuses("--layout", "split combined",
		"unknown layout 'split combined': it is one of split combined reversed auto");
	refuses("--modules", "patch", "unknown modules 'patch': it is one of patched stock");
	assert_int_equal(c.host, HOST_NATIVE);
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

/* getopt_long() would take them, where only one option begins so. */
static void a_letter_stands_for_its_option(void **state)
{
	(void)state;
	accepts("-i", "7");
	assert_int_equal(c.stat_interval, 7);
	accepts("-n12", NULL);
	assert_int_equal(c.stat_count, 12);
	assert_true(config_is_given(&c, "interval") && config_is_given(&c, "count"));
	refuses("-i", "0", "--interval takes a whole number from 1 to 3600, not '0'");
	refuses("-n", NULL, "--count needs a value");
	refuses("-x", NULL, "unexpected argument '-x': see exitmeter run --help");
}

static void an_abbreviation_is_refused(void **state)
{
	(void)state;
	refuses("--vcpu", "2", "unknown option --vcpu: see exitmeter run --help");
	refuses("--vcpu=2", NULL, "unknown option --vcpu=2: see exitmeter run --help");
	refuses("--timeout", "2", "unknown option --timeout: see exitmeter run --help");
	refuses("--dry", NULL, "unknown option --dry: see exitmeter run --help");
	refuses("--hel", NULL, "unknown option --hel: see exitmeter run --help");
	refuses("--vcpu", NULL, "unknown option --vcpu: see exitmeter run --help");
	assert_int_equal(c.vcpus, 1);
	accepts("--image", "built");	/* this one is whole, though it begins another */
	assert_string_equal(c.image, "built");
}

static void a_value_may_look_like_an_option(void **state)
{
	(void)state;
	accepts("--guest-append", "--help");
	assert_string_equal(c.guest_append, "--help");
	accepts("--guest-append=--json", NULL);
	assert_string_equal(c.guest_append, "--json");
	assert_false(c.json);
}

static int parse_line(struct command_line *line, const char *const *words, struct error *err)
{
	int argc = 0;

	while (words[argc])
		argc++;
	return config_parse(&c, line, argc, (char **)words, err);
}

static void operands_stand_anywhere_and_are_counted(void **state)
{
	struct command_line line = { .operands_max = 2 };
	struct error err = { 0 };

	(void)state;
	assert_ok(parse_line(&line, (const char *const[]){ "replay", "a", "--json", "--", "--b", NULL }, &err), &err);
	assert_int_equal(line.operand_count, 2);
	assert_string_equal(line.operand[0], "a");
	assert_string_equal(line.operand[1], "--b");
	assert_true(c.json);
	line = (struct command_line){ .operands_max = 1 };
	assert_int_equal(parse_line(&line, (const char *const[]){ "replay", "a", "b", NULL }, &err), -1);
	assert_error(&err, STATUS_USAGE, "unexpected argument 'b': see exitmeter replay --help");
}

static void a_command_may_take_few_options_and_one_of_its_own(void **state)
{
	bool is_colored = false;
	struct command_line line = { .only = (const char *const[]){ "json", NULL },
				     .flag = { "color", &is_colored } };
	struct error err = { 0 };

	(void)state;
	assert_ok(parse_line(&line, (const char *const[]){ "replay", "--json", "--color", NULL }, &err), &err);
	assert_true(c.json && is_colored);
	assert_int_equal(parse_line(&line, (const char *const[]){ "replay", "--vcpus", "2", NULL }, &err), -1);
	assert_error(&err, STATUS_USAGE, "unknown option --vcpus: see exitmeter replay --help");
	assert_int_equal(parse_line(&line, (const char *const[]){ "replay", "--config", "c", NULL }, &err), -1);
	assert_error(&err, STATUS_USAGE, "unknown option --config");
	assert_int_equal(parse_line(&line, (const char *const[]){ "replay", "--color=1", NULL }, &err), -1);
	assert_error(&err, STATUS_USAGE, "--color takes no value");
}

static void help_is_told(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(parse(&err, "--help", NULL, NULL), 1);
	assert_int_equal(parse(&err, "--json", "-h", NULL), 1);
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
		config_test(a_letter_stands_for_its_option),
		config_test(an_abbreviation_is_refused),
		config_test(a_value_may_look_like_an_option),
		config_test(operands_stand_anywhere_and_are_counted),
		config_test(a_command_may_take_few_options_and_one_of_its_own),
		config_test(help_is_told),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
