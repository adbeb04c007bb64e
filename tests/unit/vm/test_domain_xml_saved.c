// SPDX-License-Identifier: GPL-2.0-only
/* The description of a saved domain gets the files of the run that restores it, and nothing else changes. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "vm/domain_xml_saved.h"

/* As libvirt writes it, with what it has filled in. */
#define SAVED(emulator, kernel, initrd, payload, format, guest, console, port) \
	"<domain type='qemu'>\n" \
	"  <name>exitmeter-host</name>\n" \
	"  <uuid>e817e7e4-0000-4000-8000-000000000002</uuid>\n" \
	"  <os>\n    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n" \
	"    <kernel>" kernel "</kernel>\n    <initrd>" initrd "</initrd>\n" \
	"    <cmdline>tsc_early_khz=1</cmdline>\n  </os>\n" \
	"  <cpu mode='custom'><feature policy='require' name='hypervisor'/></cpu>\n" \
	"  <devices>\n    <emulator>" emulator "</emulator>\n" \
	"    <disk type='file' device='disk'>\n      <driver name='qemu' type='raw' cache='unsafe'/>\n" \
	"      <source file='/img/root.img'/>\n      <target dev='vda' bus='virtio'/>\n    </disk>\n" \
	"    <disk type='file' device='disk'>\n      <driver name='qemu' type='raw' cache='unsafe'/>\n" \
	"      <source file='" payload "'/>\n      <target dev='vdb' bus='virtio'/>\n    </disk>\n" \
	"    <disk type='file' device='disk'>\n      <driver name='qemu' type='" format "' cache='unsafe'/>\n" \
	"      <source file='" guest "'/>\n      <target dev='vdc' bus='virtio'/>\n    </disk>\n" \
	"    <serial type='file'>\n      <source path='" console "'/>\n      <target port='0'/>\n    </serial>\n" \
	"    <serial type='file'>\n      <source path='" port "'/>\n      <target port='1'/>\n    </serial>\n" \
	"    <console type='file'>\n      <source path='" console "'/>\n      <target type='serial' port='0'/>\n" \
	"    </console>\n" \
	"  </devices>\n" \
	"</domain>\n"

static const char saved[] = SAVED("/old/qemu", "/old/k", "/old/i", "/old/payload", "raw", "/old/blank", "/old/c", "/old/p");

static const struct domain_spec now = {
	.emulator = "/c/emulators/1/qemu",
	.kernel = "/img/vmlinuz & more", .initrd = "/img/initrd.img", .cmdline = "tsc_early_khz=2",
	.serial = { "/s/console", "/s/port" },
	.disks = {
		{ .path = "/img/root.img", .format = "raw" },
		{ .path = "/s/it is <here>", .format = "raw" },
		{ .path = "/img/disk.qcow2", .format = "qcow2" },
	},
};

/* What is written has double quotes. */
static void assert_is(const char *got, const char *wanted)
{
	_cleanup_free_ char *text = xasprintf("<?xml version='1.0'?>\n%s", wanted);

	for (char *at = text; (at = strchr(at, '\''));)
		*at = '"';
	assert_string_equal(got, text);
}

static void files_are_the_runs_and_the_rest_is_as_saved(void **state)
{
	struct error err = { 0 };
	_cleanup_free_ char *got = domain_xml_redirect(saved, &now, &err);

	(void)state;
	assert_non_null(got);
	assert_is(got, SAVED("/c/emulators/1/qemu", "/img/vmlinuz &amp; more", "/img/initrd.img", "/s/it is &lt;here&gt;",
			     "qcow2", "/img/disk.qcow2", "/s/console", "/s/port"));
}

static void refuses(const char *xml, const struct domain_spec *spec, const char *why)
{
	struct error err = { 0 };

	assert_null(domain_xml_redirect(xml, spec, &err));
	assert_error(&err, STATUS_USAGE, why);
}

static void what_was_saved_with_other_devices_is_refused(void **state)
{
	struct domain_spec more = now;

	(void)state;
	more.disks[3] = (struct domain_disk){ .path = "/one/more", .format = "raw" };
	refuses(saved, &more, "disk[target/@dev='vdd']/source");
	refuses("<domain><os><kernel/><initrd/></os><devices><emulator/></devices></domain>", &now,
		"disk[target/@dev='vda']/source");
	refuses("<domain><devices><emulator/></devices></domain>", &now, "/domain/os/kernel");
	refuses("<domain/>", &now, "/domain/devices/emulator");
	refuses("no XML", &now, "is no XML");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_the_runs_and_the_rest_is_as_saved),
		cmocka_unit_test(what_was_saved_with_other_devices_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
