// SPDX-License-Identifier: GPL-2.0-only
/* The L1 machines that QEMU is, as libvirt is told; and the one that has its disks in its memory. */
#include "tempdir.h"

#include <archive.h>
#include <archive_entry.h>

#include "machine_ram.h"

static const struct machine_spec spec = {
	.name = "exitmeter-host",
	.kernel = "/img/vmlinuz", .initrd = "/img/initrd.img", .root = "/img/root.img",
	.payload = "/s/payload.img", .results = "/s/results.img",
	.guest_disk = "/img/disk.qcow2", .guest_disk_format = "qcow2",
	.console = "/s/host-console.log", .port = "/s/host-progress.log",
	.scratch = "/s", .memory_mib = 3072,
};

static void golden(const struct machine_kind *kind, const struct machine_spec *m, const char *name)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/xml/%s.golden.xml", name);
	_cleanup_free_ char *want = get_text(path), *got = kind->describe(m);

	assert_string_equal(got, strstr(want, "<domain "));
}

static void the_nested_host_is_as_golden(void **state)
{
	(void)state;
	golden(&machine_nested, &spec, "host-nested");
}

/* No disk but that for the results, a fixed clock, seed and identity, time by instructions. */
static void the_deterministic_host_is_as_golden(void **state)
{
	struct machine_spec m = spec;

	(void)state;
	m.guest_disk = NULL;
	golden(&machine_qemu_icount, &m, "host-deterministic");
}

/* The next member's name and content, into tempdir; false at the end. */
static bool next_member(struct archive *a, char *name, size_t size, char *text, size_t text_size)
{
	struct archive_entry *e;
	la_ssize_t n;

	if (archive_read_next_header(a, &e) != ARCHIVE_OK)
		return false;
	snprintf(name, size, "%s", archive_entry_pathname(e));
	n = archive_read_data(a, text, text_size - 1);
	text[n < 0 ? 0 : n] = '\0';
	return true;
}

static void the_disks_follow_the_initrd(void **state)
{
	_cleanup_free_ char *initrd = tempdir_path("initrd"), *root = tempdir_path("root");
	_cleanup_free_ char *payload = tempdir_path("payload"), *rest = tempdir_path("rest");
	const struct machine_spec m = { .initrd = initrd, .root = root, .payload = payload,
					.scratch = tempdir };
	_cleanup_free_ char *path = machine_ram_initrd(&m), *whole = NULL;
	struct archive *a = archive_read_new();
	char name[64], text[64];
	struct error err = { 0 };
	size_t len;

	(void)state;
	put_text(initrd, "an initrd, padded.......");
	put_text(root, "root's bytes");
	assert_int_equal(machine_ram_make(&m, &err), -1);
	assert_error(&err, STATUS_USAGE, payload);
	unlink(path);
	put_text(payload, "payload's bytes");
	assert_ok(machine_ram_make(&m, &err), &err);
	whole = file_read(path, 1 << 24, &len, &err);
	assert_memory_equal(whole, "an initrd, padded.......", 24);
	assert_ok(file_write(rest, whole + 24, len - 24, &err), &err);

	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, rest, 4096), ARCHIVE_OK);
	assert_true(next_member(a, name, sizeof(name), text, sizeof(text)));
	assert_string_equal(name, "disks");
	assert_true(next_member(a, name, sizeof(name), text, sizeof(text)));
	assert_string_equal(name, MACHINE_RAM_ROOT + 1);
	assert_string_equal(text, "root's bytes");
	assert_true(next_member(a, name, sizeof(name), text, sizeof(text)));
	assert_string_equal(name, MACHINE_RAM_PAYLOAD + 1);
	assert_string_equal(text, "payload's bytes");
	assert_false(next_member(a, name, sizeof(name), text, sizeof(text)));
	archive_read_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nested_host_is_as_golden),
		cmocka_unit_test(the_deterministic_host_is_as_golden),
		tempdir_test(the_disks_follow_the_initrd),
	};

	return cmocka_run_group_tests_name("machine_qemu", tests, NULL, NULL);
}
