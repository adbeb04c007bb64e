// SPDX-License-Identifier: GPL-2.0-only
/* After a change of cloud-init/: tests/fixtures/seed/make-golden. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "guest/seed.h"

static struct seed_input input(const char *templates)
{
	return (struct seed_input){ .templates = templates, .probe = "tests/fixtures/seed/probe",
				    .scenario = "reboot", .layout = "combined", .nonce = "0123456789abcdef" };
}

static void same_text(const char *name)
{
	_cleanup_free_ char *golden = xasprintf("tests/fixtures/seed/%s.golden", name);
	_cleanup_free_ char *path = tempdir_path(name);
	_cleanup_free_ char *want = get_text(golden), *got = get_text(path);

	assert_string_equal(got, want);
}

static void the_project_s_templates_render_as_golden(void **state)
{
	struct seed_input in = input("cloud-init");
	struct error err = { 0 };

	(void)state;
	assert_ok(seed_render(&in, tempdir, &err), &err);
	same_text("user-data");
	same_text("meta-data");
}

/* Somebody logs in there, so nothing may order the guest to power off. */
static void a_shell_has_a_seed_of_its_own(void **state)
{
	struct seed_input in = input("cloud-init");
	_cleanup_free_ char *path = tempdir_path("user-data"), *text = NULL;
	struct error err = { 0 };

	(void)state;
	in.is_shell = true;
	assert_ok(seed_render(&in, tempdir, &err), &err);
	text = get_text(path);
	assert_non_null(strstr(text, "\npasswd -d root\n"));
	assert_non_null(strstr(text, "EXITMETER_LAYOUT=combined exec "));
	assert_null(strstr(text, "poweroff"));
	assert_null(strstr(text, "ttyS1"));
}

/* Templates of the test's own, in the test's folder. */
static void render_own(const char *user, const char *meta, const char *words)
{
	_cleanup_free_ char *user_in = tempdir_path("user-data.in");
	_cleanup_free_ char *meta_in = tempdir_path("meta-data.in");
	struct seed_input in = input(tempdir);
	struct error err = { 0 };

	put_text(user_in, user);
	put_text(meta_in, meta);
	if (words) {
		assert_int_equal(seed_render(&in, tempdir, &err), -1);
		assert_error(&err, STATUS_USAGE, words);
	} else {
		assert_ok(seed_render(&in, tempdir, &err), &err);
	}
}

static void a_template_s_unknown_name_is_an_error_that_names_the_file(void **state)
{
	(void)state;
	render_own("#cloud-config\na: @TYPO@\n", "instance-id: x\n",
		   "user-data.in: template names @TYPO@");
	render_own("#cloud-config\n", "instance-id: @TYPO@\n", "meta-data.in");
}

static void what_cloud_init_would_pass_by_is_refused(void **state)
{
	(void)state;
	render_own("runcmd: [x]\n", "instance-id: x\n", "user-data.in");
	render_own("", "instance-id: x\n", "user-data.in");
	render_own(" #cloud-config\n", "instance-id: x\n", "user-data.in");
	render_own("#cloud-config\n", "local-hostname: x\n", "no instance-id");
	render_own("#!/bin/sh\n", "a: b\ninstance-id: x\n", NULL);
}

static void a_missing_template_or_probe_is_named(void **state)
{
	struct seed_input in = input("/nonexistent");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(seed_render(&in, tempdir, &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/user-data.in");
	in = input("cloud-init");
	in.probe = "/nonexistent/probe";
	assert_int_equal(seed_render(&in, tempdir, &err), -1);
	assert_error(&err, STATUS_USAGE, "/nonexistent/probe");
}

static void a_probe_beyond_all_measure_is_refused(void **state)
{
	_cleanup_free_ char *probe = tempdir_path("probe");
	struct seed_input in = input("cloud-init");
	struct error err = { 0 };

	(void)state;
	put_text(probe, "");
	assert_int_equal(truncate(probe, 1 << 20), 0);
	in.probe = probe;
	assert_int_equal(seed_render(&in, tempdir, &err), -1);
	assert_error(&err, STATUS_USAGE, "larger than");
}

static void a_missing_cloud_localds_is_a_skip_that_names_it(void **state)
{
	struct seed_input in = input("cloud-init");
	_cleanup_free_ char *path = xstrdup(getenv("PATH"));
	struct error err = { 0 };

	(void)state;
	setenv("PATH", tempdir, 1);
	assert_int_equal(seed_make(&in, tempdir, &err), -1);
	setenv("PATH", path, 1);
	assert_error(&err, STATUS_SKIP, "cloud-localds is not installed: run ci/install-deps");
}

/* ISO 9660's volume descriptor is at 32 KiB; NoCloud goes by the label "cidata". */
static void the_seed_is_a_disk_that_nocloud_knows(void **state)
{
	_cleanup_free_ char *image = NULL;
	struct seed_input in = input("cloud-init");
	struct error err = { 0 };
	char descriptor[64] = "";
	FILE *f;

	(void)state;
	if (system("command -v cloud-localds >/dev/null") != 0)
		skip_because("cloud-localds is not installed");
	assert_ok(seed_make(&in, tempdir, &err), &err);
	image = tempdir_path("seed.img");
	f = fopen(image, "re");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0x8000, SEEK_SET), 0);
	assert_int_equal(fread(descriptor, 1, sizeof(descriptor), f), sizeof(descriptor));
	fclose(f);
	assert_memory_equal(descriptor + 1, "CD001", 5);
	assert_memory_equal(descriptor + 40, "cidata", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tempdir_test(the_project_s_templates_render_as_golden),
		tempdir_test(a_shell_has_a_seed_of_its_own),
		tempdir_test(a_template_s_unknown_name_is_an_error_that_names_the_file),
		tempdir_test(what_cloud_init_would_pass_by_is_refused),
		tempdir_test(a_missing_template_or_probe_is_named),
		tempdir_test(a_probe_beyond_all_measure_is_refused),
		tempdir_test(a_missing_cloud_localds_is_a_skip_that_names_it),
		tempdir_test(the_seed_is_a_disk_that_nocloud_knows),
	};

	return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}
