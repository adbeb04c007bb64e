// SPDX-License-Identifier: GPL-2.0-only
/* The specs here are short forms of those that host/ makes. */
#include "support/domaintest.h"
#include "support/tempdir.h"

#include "base/memory.h"
#include "vm/domain_xml.h"

static void golden(const struct domain_spec *spec, const char *name)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/xml/%s.golden.xml", name);
	_cleanup_free_ char *want = get_text(path), *got = domain_xml_render(spec);

	assert_same_domain(got, want);
}

static struct domain_spec guest(void)
{
	return (struct domain_spec){
		.name = "exitmeter-guest", .accel = "kvm", .machine = "pc",
		.vcpus = 2, .memory_mib = 1024,
		.mailbox = "exitmeter-guest",
		.serial = { "/run/out/console.log", "/run/out/records.log" },
		.is_reboot_allowed = true,
	};
}

static void the_micro_guest_is_as_golden(void **state)
{
	struct domain_spec spec = guest();

	(void)state;
	spec.kernel = "/payload/vmlinuz";
	spec.initrd = "/scratch/initrd.img";
	spec.cmdline = "console=ttyS0 quiet panic=0";
	golden(&spec, "guest-micro");
}

static void the_cloud_guest_is_as_golden(void **state)
{
	struct domain_spec spec = guest();

	(void)state;
	spec.disks[0] = (struct domain_disk){ .path = "/scratch/overlay.qcow2",
					      .format = "qcow2" };
	spec.disks[1] = (struct domain_disk){ .path = "/scratch/seed.img", .format = "raw",
					      .is_readonly = true };
	golden(&spec, "guest-cloud");
}

static void what_boots_by_uefi_has_its_code_and_variables(void **state)
{
	struct domain_spec spec = guest();
	_cleanup_free_ char *xml = NULL;

	(void)state;
	spec.uefi_code = "/payload/uefi-code.fd";
	spec.uefi_vars = "/scratch/uefi-vars.fd";
	xml = domain_xml_render(&spec);
	assert_non_null(strstr(xml, "<loader readonly=\"yes\" type=\"pflash\">/payload/uefi-code.fd</loader>\n"
				    "    <nvram>/scratch/uefi-vars.fd</nvram>\n    <boot dev=\"hd\"/>\n"));
}

static void the_l1_host_is_as_golden(void **state)
{
	static const char *const features[] = { "svm", "npt", NULL };
	struct domain_spec spec = {
		.name = "exitmeter-host", .accel = "qemu", .machine = "q35",
		.cpu_model = "EPYC", .cpu_features = features,
		.vcpus = 2, .memory_mib = 3072, .tb_cache_mib = 1024,
		.kernel = "/img/vmlinuz", .initrd = "/img/initrd.img", .cmdline = "console=ttyS0",
		.disks = {
			{ .path = "/img/root.img", .format = "raw", .is_readonly = true },
			{ .path = "/s/payload.img", .format = "raw", .is_readonly = true },
			{ .path = "/s/results.img", .format = "raw" },
			{ .path = "/dev/vdd", .format = "raw", .is_block = true,
			  .is_readonly = true },
		},
		.serial = { "/s/host-console.log", "/s/host-progress.log" },
	};

	(void)state;
	golden(&spec, "host-emulated");
}

static void a_serial_port_is_a_file_a_socket_or_a_device(void **state)
{
	struct domain_spec spec = guest();
	_cleanup_free_ char *xml = NULL;

	(void)state;
	spec.serial[1] = "/dev/ttyS2";
	spec.serial[2] = "/run/shell";
	spec.serial_kind[1] = SERIAL_DEVICE;
	spec.serial_kind[2] = SERIAL_SOCKET;
	xml = domain_xml_render(&spec);
	assert_non_null(strstr(xml, "<serial type=\"file\">\n      <source path=\"/run/out/console.log\"/>\n"
				    "      <target port=\"0\"/>\n    </serial>\n"
				    "    <serial type=\"dev\">\n      <source path=\"/dev/ttyS2\"/>\n"
				    "      <target port=\"1\"/>\n    </serial>\n"
				    "    <serial type=\"unix\">\n      <source mode=\"bind\" path=\"/run/shell\"/>\n"
				    "      <target port=\"2\"/>\n    </serial>\n"));
}

static void what_markup_is_made_of_is_escaped(void **state)
{
	static const char *const features[] = { "a'b", NULL };
	struct domain_spec spec = guest();

	(void)state;
	spec.name = "n<&>'\"";
	spec.cpu_model = "<m>";
	spec.cpu_features = features;
	spec.kernel = "/k&k";
	spec.initrd = "/i<i";
	spec.cmdline = "quote='x' \"y\" a>b &amp;";
	spec.serial[0] = "/it's/console <1>.log";
	spec.disks[0] = (struct domain_disk){ .path = "/a & b/<it's>.img", .format = "raw" };
	golden(&spec, "escaped");
}

static void one_reset_ends_a_domain_unless_allowed(void **state)
{
	struct domain_spec spec = guest();
	_cleanup_free_ char *with = domain_xml_render(&spec), *without = NULL;

	(void)state;
	spec.is_reboot_allowed = false;
	without = domain_xml_render(&spec);
	assert_non_null(strstr(with, "<on_reboot>restart</on_reboot>"));
	assert_non_null(strstr(without, "<on_reboot>destroy</on_reboot>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_micro_guest_is_as_golden),
		cmocka_unit_test(the_cloud_guest_is_as_golden),
		cmocka_unit_test(what_boots_by_uefi_has_its_code_and_variables),
		cmocka_unit_test(the_l1_host_is_as_golden),
		cmocka_unit_test(a_serial_port_is_a_file_a_socket_or_a_device),
		cmocka_unit_test(what_markup_is_made_of_is_escaped),
		cmocka_unit_test(one_reset_ends_a_domain_unless_allowed),
	};

	return cmocka_run_group_tests_name("domain_xml", tests, NULL, NULL);
}
