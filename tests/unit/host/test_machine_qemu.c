// SPDX-License-Identifier: GPL-2.0-only
/* The L1 machine under this machine's KVM, as libvirt is told. */
#include "support/domaintest.h"
#include "support/tempdir.h"

#include "base/memory.h"
#include "host/machine.h"

static const struct machine_spec spec = {
	.name = "exitmeter-host",
	.kernel = "/img/vmlinuz", .initrd = "/img/initrd.img", .root = "/img/root.img",
	.payload = "/s/payload.img", .results = "/s/results.img",
	.guest_disk = "/img/disk.qcow2", .guest_disk_format = "qcow2",
	.console = "/s/host-console.log", .port = "/s/host-progress.log",
	.scratch = "/s", .memory_mib = 3072, .cpus = 8,
};

static void golden(const struct machine_kind *kind, const struct machine_spec *m, const char *name)
{
	_cleanup_free_ char *path = xasprintf("tests/fixtures/xml/%s.golden.xml", name);
	_cleanup_free_ char *want = get_text(path), *got = kind->describe(m);

	assert_same_domain(got, want);
}

static void the_nested_host_is_as_golden(void **state)
{
	(void)state;
	golden(&machine_nested, &spec, "host-nested");
}

static void it_has_no_more_vcpus_than_there_are_cpus(void **state)
{
	struct machine_spec small = spec;
	_cleanup_free_ char *xml = NULL;

	(void)state;
	small.cpus = 1;
	xml = machine_nested.describe(&small);
	assert_non_null(strstr(xml, "<vcpu>1</vcpu>"));
}

static void its_emulator_is_the_one_that_runs_it_in_a_sandbox(void **state)
{
	struct machine_spec in_sandbox = spec;
	_cleanup_free_ char *xml = NULL;

	(void)state;
	in_sandbox.emulator = "/c/emulators/1/qemu-system-x86_64";
	xml = machine_qemu.describe(&in_sandbox);
	assert_non_null(strstr(xml, "<emulator>/c/emulators/1/qemu-system-x86_64</emulator>"));
	assert_string_equal(machine_nested.device, "/dev/kvm");
	assert_null(machine_qemu.device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nested_host_is_as_golden),
		cmocka_unit_test(it_has_no_more_vcpus_than_there_are_cpus),
		cmocka_unit_test(its_emulator_is_the_one_that_runs_it_in_a_sandbox),
	};

	return cmocka_run_group_tests_name("machine_qemu", tests, NULL, NULL);
}
