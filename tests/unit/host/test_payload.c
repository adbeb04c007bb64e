// SPDX-License-Identifier: GPL-2.0-only
/* The payload disk: what decides its bytes, and what does not. */
#include "support/configtest.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/payload.h"
#include "run/config_option.h"
#include "run/module_folder.h"

#define OFFSET (4L << 20)

static void put_folder(const char *name)
{
	_cleanup_free_ char *path = tempdir_path(name);
	struct error err = { 0 };

	assert_ok(dir_make(path, &err), &err);
}

static void put(const char *name, const char *text, mode_t mode)
{
	_cleanup_free_ char *path = tempdir_path(name);

	put_text(path, text);
	assert_int_equal(chmod(path, mode), 0);
}

static void set(char **option, char *value)
{
	free(*option);
	*option = value;
}

static void put_kit(void)
{
	static const char *const folders[] = { "kit", "kit/host", "kit/host/bookworm", "kit/templates", "modules",
					       "image" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		put_folder(folders[i]);
	put("kit/host/bookworm/exitmeter", "#!/bin/true\n", 0755);
	put("kit/host-init", "#!/bin/true\n", 0755);
	put("kit/probe", "#!/bin/true\n", 0755);
	put("kit/templates/guest.xml", "<domain/>\n", 0644);
	put("modules/kvm.ko", "a module\n", 0644);
	put("kit/templates/a name with spaces", "none\n", 0644);
	put("image/image.json", "{ \"suite\": \"bookworm\", \"files\": { \"root.img\": {} } }\n", 0644);
	set(&c.kit, tempdir_path("kit"));
	set(&c.templates, tempdir_path("kit/templates"));
	set(&c.module_dir, tempdir_path("modules"));
	set(&c.host_image, tempdir_path("image"));
	c.guest = GUEST_CLOUD;
}

/* Makes the disk in the folder TEMPDIR/NAME; the caller frees its path. */
static char *make(const char *name, long time)
{
	_cleanup_free_ char *scratch = tempdir_path(name);
	char *image = xasprintf("%s/payload.img", scratch);
	const struct payload_place place = {
		.offset = OFFSET, .patience = 1, .time = time,
	};
	struct error err = { 0 };

	put_folder(name);
	assert_ok(payload_make(&c, &place, scratch, image, &err), &err);
	return image;
}

static void digest(const char *path, char ret_hex[65])
{
	struct error err = { 0 };

	assert_ok(digest_file(path, NULL, ret_hex, &err), &err);
}

static void the_same_files_give_the_same_disk(void **state)
{
	_cleanup_free_ char *a = NULL, *b = NULL, *other = NULL;
	char first[65], second[65], third[65];
	mode_t mask;

	(void)state;
	put_kit();
	a = make("a", 1767225600);
	sleep(1);	/* whenever they were staged, and by whom */
	put("modules/kvm.ko", "a module\n", 0600);
	mask = umask(077);
	b = make("another", 1767225600);
	umask(mask);
	put("modules/kvm.ko", "A module\n", 0644);
	other = make("c", 1767225600);
	digest(a, first);
	digest(b, second);
	digest(other, third);
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
}

/* What debugfs says of a file on the disk. */
static char *stat_of(const char *image, const char *file)
{
	_cleanup_free_ char *command = xasprintf("debugfs -R 'stat \"%s\"' '%s?offset=%ld' 2>/dev/null", file, image,
						 OFFSET);
	char *text = xcalloc(1, 4096);
	FILE *f = popen(command, "re");

	assert_non_null(f);
	assert_true(fread(text, 1, 4095, f) > 0);
	assert_int_equal(pclose(f), 0);
	return text;
}

static void every_file_is_roots_and_of_one_time(void **state)
{
	static const struct { const char *name, *mode; } files[] = {
		{ "/", "0755" }, { "/modules", "0755" }, { "/templates/a name with spaces", "0644" },
		{ "/host-init", "0755" }, { "/config.json", "0644" }, { "/templates/guest.xml", "0644" },
	};
	_cleanup_free_ char *image = NULL;

	(void)state;
	put_kit();
	image = make("a", 1767225600);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *text = stat_of(image, files[i].name);
		_cleanup_free_ char *mode = xasprintf("Mode:  %s ", files[i].mode);
		unsigned int times = 0;

		assert_non_null(strstr(text, mode));
		assert_non_null(strstr(text, "User:     0   Group:     0 "));
		for (const char *at = text; (at = strstr(at, "time: 0x6955b900:00000000")); at++)
			times++;
		assert_int_equal(times, 4);
	}
}

/* Where nothing has to repeat itself, files keep their times. */
static void without_a_time_they_are_as_they_were(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL;

	(void)state;
	put_kit();
	image = make("a", 0);
	text = stat_of(image, "/modules/kvm.ko");
	assert_null(strstr(text, "0x6955b900"));
}

/* Every option that a run may have, but for the paths of put_kit(). */
static const char *const asked[] = {
	"run", "--host=emulated-svm", "--saved-host=no", "--scenario=reboot", "--layout=auto", "--edition=auto",
	"--scope=global", "--paging=shadow", "--modules=stock",
	"--vcpus=3", "--memory=777", "--out=/o", "--cache=/c", "--libvirt-uri=test:///default",
	"--guest-image=/g", "--image=ubuntu-24.04", "--image-file=/f", "--manifests=/ma", "--refresh",
	"--bochs=/b", "--firmware=uefi", "--uefi-code=/u", "--uefi-vars=/v", "--guest-disk=/d", "--guest-disk-format=qcow2", "--guest-append=a b",
	"--vendor-params=x=1", "--nonce=abc", "--progress=/p", "--timeout-start=11", "--timeout-early=12",
	"--patience=300", "--timeout-boot=13", "--timeout-shutdown=14", "--timeout-silence=30000", "--timeout-fetch=16",
	"--throwaway", "--sdm=2023", "--timeline=50", "--timeout-workload=17",
	"--carry", "--deterministic", "--dry-run", "--json",
};

static const char inner_of_cloud[] =
	"{\n"
	"  \"base\": null,\n"
	"  \"bochs\": null,\n"
	"  \"builder\": null,\n"
	"  \"cache\": null,\n"
	"  \"carry\": true,\n"
	"  \"count\": 0,\n"
	"  \"csv\": false,\n"
	"  \"deterministic\": false,\n"
	"  \"dry-run\": false,\n"
	"  \"edition\": null,\n"
	"  \"firmware\": \"uefi\",\n"
	"  \"force\": false,\n"
	"  \"format\": 1,\n"
	"  \"guest\": \"cloud\",\n"
	"  \"guest-append\": \"a b\",\n"
	"  \"guest-disk\": \"/dev/vdd\",\n"
	"  \"guest-disk-format\": \"raw\",\n"
	"  \"guest-image\": null,\n"
	"  \"guest-init\": null,\n"
	"  \"guest-kernel\": null,\n"
	"  \"host\": \"native\",\n"
	"  \"host-image\": null,\n"
	"  \"image\": null,\n"
	"  \"image-file\": null,\n"
	"  \"interval\": 1,\n"
	"  \"jobs\": 0,\n"
	"  \"json\": true,\n"
	"  \"kernels\": null,\n"
	"  \"kit\": \"/payload\",\n"
	"  \"layout\": \"auto\",\n"
	"  \"libvirt-uri\": null,\n"
	"  \"linux\": null,\n"
	"  \"manifests\": null,\n"
	"  \"measured\": false,\n"
	"  \"memory\": 777,\n"
	"  \"module-dir\": \"/payload/modules\",\n"
	"  \"modules\": \"stock\",\n"
	"  \"nonce\": \"abc\",\n"
	"  \"only\": null,\n"
	"  \"out\": null,\n"
	"  \"paging\": \"shadow\",\n"
	"  \"patience\": 1000,\n"
	"  \"program\": null,\n"
	"  \"progress\": null,\n"
	"  \"refresh\": false,\n"
	"  \"rubric\": null,\n"
	"  \"run-id\": null,\n"
	"  \"saved-host\": \"yes\",\n"
	"  \"scenario\": \"reboot\",\n"
	"  \"scope\": \"global\",\n"
	"  \"sdm\": 2023,\n"
	"  \"shell\": false,\n"
	"  \"subjects\": null,\n"
	"  \"templates\": \"/payload/templates\",\n"
	"  \"throwaway\": false,\n"
	"  \"timeline\": 50,\n"
	"  \"timeout-boot\": 13,\n"
	"  \"timeout-early\": 12,\n"
	"  \"timeout-fetch\": 16,\n"
	"  \"timeout-shutdown\": 14,\n"
	"  \"timeout-silence\": 30000,\n"
	"  \"timeout-start\": 11,\n"
	"  \"timeout-workload\": 17,\n"
	"  \"tree\": null,\n"
	"  \"uefi-code\": \"/payload/uefi-code.fd\",\n"
	"  \"uefi-vars\": \"/payload/uefi-vars.fd\",\n"
	"  \"vcpus\": 3,\n"
	"  \"vendor-params\": \"enable_apicv=0 x=1\",\n"
	"  \"workload\": null\n"
	"}";

/* The config.json that the payload brings to the run inside; the caller frees. */
static char *inner_config(const char *name)
{
	const struct payload_place place = {
		.offset = OFFSET, .guest_device = "/dev/vdd", .guest_format = "raw",
		.vendor_params = "enable_apicv=0", .patience = 4,
	};
	_cleanup_free_ char *scratch = tempdir_path(name);
	_cleanup_free_ char *image = xasprintf("%s/payload.img", scratch);
	_cleanup_free_ char *path = xasprintf("%s/payload/config.json", scratch);
	struct error err = { 0 };

	put_folder(name);
	assert_ok(payload_make(&c, &place, scratch, image, &err), &err);
	return get_text(path);
}

static void the_inner_run_is_told_what_the_table_says(void **state)
{
	struct command_line line = { 0 };
	_cleanup_free_ char *text = NULL;
	struct error err = { 0 };

	(void)state;
	put_kit();
	assert_ok(config_parse(&c, &line, ARRAY_SIZE(asked), (char **)asked, &err), &err);
	text = inner_config("a");
	assert_string_equal(text, inner_of_cloud);
}

static void a_micro_guest_brings_its_kernel_and_init(void **state)
{
	static const char *const lines[] = {
		"\"guest-disk\": null", "\"guest-disk-format\": null",
		"\"guest-init\": \"/payload/guest-init\"", "\"guest-kernel\": \"/payload/vmlinuz\"",
	};
	_cleanup_free_ char *text = NULL;

	(void)state;
	put_kit();
	c.guest = GUEST_MICRO;
	set(&c.guest_kernel, xstrdup("/proc/self/exe"));	/* an ELF file of x86, as a vmlinux is */
	set(&c.guest_init, tempdir_path("kit/probe"));
	text = inner_config("a");
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strstr(text, lines[i]))
			fail_msg("there is no %s in %s", lines[i], text);
}

static bool is_on_disk(const char *name)
{
	_cleanup_free_ char *path = tempdir_path(name);

	return access(path, F_OK) == 0;
}

/* A folder of modules may be a stranger's: what else lies in it goes nowhere. */
static void of_the_modules_only_known_files_are_taken(void **state)
{
	_cleanup_free_ char *secret = tempdir_path("modules/build.json.bak"), *image = NULL;

	(void)state;
	put_kit();
	put("modules/kvm-amd.ko", "another\n", 0644);
	put("modules/options", "--kit /somewhere\n", 0644);
	assert_int_equal(symlink("/etc/passwd", secret), 0);
	image = make("a", 0);
	assert_true(is_on_disk("a/payload/modules/kvm.ko"));
	assert_true(is_on_disk("a/payload/modules/kvm-amd.ko"));
	assert_false(is_on_disk("a/payload/modules/options"));
	assert_false(is_on_disk("a/payload/modules/build.json.bak"));
}

static void no_link_is_followed_and_no_file_is_beyond_measure(void **state)
{
	static const char *const names[] = { "kvm-amd.ko", "build.json", "enabled-svm.txt" };
	_cleanup_free_ char *scratch = tempdir_path("a"), *image = tempdir_path("a/payload.img");
	const struct payload_place place = { .offset = OFFSET, .patience = 1 };
	_cleanup_free_ char *large = tempdir_path("modules/kvm-intel.ko");
	struct error err = { 0 };

	(void)state;
	put_kit();
	put_folder("a");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *name = xasprintf("modules/%s", names[i]), *link = tempdir_path(name);

		assert_int_equal(symlink("/etc/passwd", link), 0);
		assert_int_equal(payload_make(&c, &place, scratch, image, &err), -1);
		assert_error(&err, STATUS_USAGE, "is no regular file");
		assert_int_equal(unlink(link), 0);
	}
	put("modules/kvm-intel.ko", "", 0644);
	assert_int_equal(truncate(large, MODULE_BYTES_MAX + 1L), 0);
	assert_int_equal(payload_make(&c, &place, scratch, image, &err), -1);
	assert_error(&err, STATUS_USAGE, "kvm-intel.ko is larger than 64 MiB");
}

static void every_option_says_what_it_is_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *o = &config_options[i];

		if (o->inner == INNER_UNSAID || (o->inner == INNER_THERE) != !!o->there ||
		    (o->inner == INNER_STRETCHED && o->type != OPT_NUMBER))
			fail_msg("--%s: the table does not say what it is inside an L1 host", o->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(every_option_says_what_it_is_inside),
		config_test(the_inner_run_is_told_what_the_table_says),
		config_test(a_micro_guest_brings_its_kernel_and_init),
		config_test(of_the_modules_only_known_files_are_taken),
		config_test(no_link_is_followed_and_no_file_is_beyond_measure),
		config_test(the_same_files_give_the_same_disk),
		config_test(every_file_is_roots_and_of_one_time),
		config_test(without_a_time_they_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
