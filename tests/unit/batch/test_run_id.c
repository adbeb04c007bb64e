// SPDX-License-Identifier: GPL-2.0-only
/* The id of a run: what is in it, and what is not. */
#include "support/configtest.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/run_id.h"
#include "run/config_json.h"
#include "run/config_option.h"

static void take_id(char ret[65])
{
	struct error err = { 0 };

	assert_ok(run_id(&c, &(struct run_inputs){ "kvm.ko 1\n", "1.0", 0, NULL }, ret, &err), &err);
}

static void set(const char *option, const char *value)
{
	struct error err = { 0 };

	assert_ok(config_option_set(&c, config_option_find(option, strlen(option)), value, &err), &err);
}

static void what_changes_the_figures_changes_the_id(void **state)
{
	static const char *const options[][2] = {
		{ "vcpus", "2" }, { "memory", "777" }, { "guest", "micro" }, { "scenario", "reboot" }, { "carry", "" },
		{ "layout", "reversed" }, { "host", "emulated-vmx" }, { "scope", "global" },
	};
	char before[65], after[65];
	struct error err = { 0 };

	(void)state;
	take_id(before);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		set(options[i][0], options[i][1]);
		take_id(after);
		if (!strcmp(before, after))
			fail_msg("--%s is not in the id", options[i][0]);
		strcpy(before, after);
	}
	assert_ok(run_id(&c, &(struct run_inputs){ "kvm.ko 2\n", "1.0", 0, NULL }, after, &err), &err);
	assert_string_not_equal(before, after);
	assert_ok(run_id(&c, &(struct run_inputs){ "kvm.ko 1\n", "1.1", 0, NULL }, after, &err), &err);
	assert_string_not_equal(before, after);
	assert_ok(run_id(&c, &(struct run_inputs){ "kvm.ko 1\n", "1.0", 1, NULL }, after, &err), &err);
	assert_string_not_equal(before, after);
	assert_ok(run_id(&c, &(struct run_inputs){ "kvm.ko 1\n", "1.0", 0, "5e0f" }, after, &err), &err);
	assert_string_not_equal(before, after);
}

static void bochs_is_in_it_where_the_host_is_bochs(void **state)
{
	static const struct {
		const char *host, *firmware;
		bool is_bochs;
	} cases[] = {
		{ "emulated-svm", "bios", false },
		{ "emulated-svm", "uefi", true },
		{ "emulated-vmx", "bios", true },
	};
	_cleanup_free_ char *image = tempdir_path("image.json");
	char before[65], after[65];

	(void)state;
	set("bochs", tempdir);
	set("guest", "cloud");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set("host", cases[i].host);
		set("firmware", cases[i].firmware);
		put_text(image, "{ \"recipe\": \"1\" }");
		take_id(before);
		put_text(image, "{ \"recipe\": \"2\" }");
		take_id(after);
		assert_int_equal(strcmp(before, after) != 0, cases[i].is_bochs);
	}
}

static void an_image_is_in_it_by_its_record(void **state)
{
	_cleanup_free_ char *image = tempdir_path("image.json");
	char before[65], after[65];

	(void)state;
	set("host-image", tempdir);
	take_id(before);
	put_text(image, "{ \"kernel\": \"6.1\" }");
	take_id(after);
	assert_string_not_equal(before, after);
}

/* Two machines build the same files at different times. */
static void an_image_is_in_it_by_its_files_and_not_by_its_date(void **state)
{
	static const char *const records[] = {
		"{ \"built\": \"2026-01-01\", \"files\": { \"a\": { \"sha256\": \"1\" } } }",
		"{ \"built\": \"2026-01-02\", \"files\": { \"a\": { \"sha256\": \"1\" } } }",
		"{ \"built\": \"2026-01-02\", \"files\": { \"a\": { \"sha256\": \"2\" } } }",
	};
	_cleanup_free_ char *image = tempdir_path("image.json");
	char id[ARRAY_SIZE(records)][65];

	(void)state;
	set("host-image", tempdir);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		put_text(image, records[i]);
		take_id(id[i]);
	}
	assert_string_equal(id[0], id[1]);
	assert_string_not_equal(id[1], id[2]);
}

static void where_it_is_made_and_how_it_is_judged_is_not_in_it(void **state)
{
	static const char *const options[][2] = {
		{ "out", "/elsewhere" }, { "cache", "/cache" }, { "nonce", "abc" }, { "edition", "a3-2021" }, { "jobs", "7" },
		{ "module-dir", "/modules" }, { "run-id", "x" }, { "only", "one" },
		{ "image", "ubuntu-24.04" }, { "image-file", "/a/disk.img" },
	};
	char before[65], after[65];

	(void)state;
	set("edition", "auto");	/* with an edition, its layout is found out when it is judged */
	take_id(before);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		set(options[i][0], options[i][1]);
	set("layout", "reversed");
	take_id(after);
	assert_string_equal(before, after);
}

static void a_run_folder_knows_its_id(void **state)
{
	_cleanup_free_ char *config = tempdir_path("config.json"), *verdicts = tempdir_path("verdicts.json");
	struct error err = { 0 };

	(void)state;
	assert_false(run_id_is_done(tempdir, "abc"));
	set("run-id", "abc");
	assert_ok(config_write(&c, config, &err), &err);
	assert_false(run_id_is_done(tempdir, "abc"));	/* it was not judged, so it is not whole */
	put_text(verdicts, "{}");
	assert_true(run_id_is_done(tempdir, "abc"));
	assert_false(run_id_is_done(tempdir, "abd"));
	put_text(config, "{ \"no such option\": 1 }");
	assert_false(run_id_is_done(tempdir, "abc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(what_changes_the_figures_changes_the_id),
		config_test(bochs_is_in_it_where_the_host_is_bochs),
		config_test(an_image_is_in_it_by_its_record),
		config_test(an_image_is_in_it_by_its_files_and_not_by_its_date),
		config_test(where_it_is_made_and_how_it_is_judged_is_not_in_it),
		config_test(a_run_folder_knows_its_id),
	};

	return cmocka_run_group_tests_name("run_id", tests, NULL, NULL);
}
