// SPDX-License-Identifier: GPL-2.0-only
/* What modprobe.d, livepatches and a hypervisor have to say, on machines that are made up. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "kvm/surroundings.h"

static struct surroundings s;

static void put_at(const char *name, const char *text)
{
	_cleanup_free_ char *path = tempdir_path(name), *dir = xstrdup(path);
	struct error err = { 0 };

	*strrchr(dir, '/') = '\0';
	assert_ok(dir_make(dir, &err), &err);
	put_text(path, text);
}

/* libkmod always reads the kernel's command line as well. */
static void need_quiet_command_line(void)
{
	char *cmdline = get_text("/proc/cmdline");
	bool is_quiet = !strstr(cmdline, "kvm");

	free(cmdline);
	if (!is_quiet)
		skip_because("this kernel's command line has something of KVM's");
}

static int tear_down(void **state)
{
	surroundings_deinit(&s);
	return tempdir_teardown(state);
}

static void gather(void)
{
	struct error err = { 0 };

	surroundings_deinit(&s);
	assert_ok(surroundings_gather(tempdir, VENDOR_SVM, &s, &err), &err);
	s.hypervisor = HYPERVISOR_NONE;	/* this machine's own has no say */
}

static void assert_free(void)
{
	struct error err = { 0 };

	gather();
	assert_ok(surroundings_require(&s, true, &err), &err);
	assert_ok(surroundings_require(&s, false, &err), &err);
}

static void assert_refused(const char *words)
{
	struct error err = { 0 };

	gather();
	assert_int_equal(surroundings_require(&s, true, &err), -1);
	assert_error(&err, STATUS_SKIP, words);
}

static void assert_note(const char *want)
{
	_cleanup_free_ char *note = NULL;

	gather();
	note = surroundings_note(&s);
	if (want)
		assert_string_equal(note, want);
	else
		assert_null(note);
}

static void a_machine_without_any_is_free(void **state)
{
	(void)state;
	need_quiet_command_line();
	assert_free();
	assert_note(NULL);
	put_at("etc/modprobe.d/others.conf", "install pcspkr /bin/false\nblacklist floppy\noptions loop max_loop=4\n"
	       "install kvm_intel /bin/false\n");
	assert_free();	/* the machine's CPU is AMD's */
	assert_note(NULL);
}

static void a_command_of_modprobe_d_is_refused(void **state)
{
	(void)state;
	need_quiet_command_line();
	put_at("lib/modprobe.d/a.conf", "install kvm-amd /bin/true\n");
	assert_refused("modprobe.d has `install kvm_amd /bin/true`, and to exchange a module is not what that command does: "
		       "take the line out");
	put_at("lib/modprobe.d/a.conf", "remove kvm echo bye; modprobe -ri kvm\n");
	assert_refused("modprobe.d has `remove kvm echo bye; modprobe -ri kvm`");
	put_at("lib/modprobe.d/a.conf", "install kvm* /bin/false\n");
	assert_refused("modprobe.d has `install kvm /bin/false`");
	/* A file of /etc stands in for that of /lib of the same name. */
	put_at("etc/modprobe.d/a.conf", "# nothing\n");
	assert_free();
}

static void options_and_blacklists_are_told(void **state)
{
	(void)state;
	need_quiet_command_line();
	put_at("run/modprobe.d/a.conf", "options kvm ignore_msrs=1 report_ignored_msrs=0\nblacklist kvm-amd\n");
	put_at("etc/modprobe.d/b.conf", "options kvm-amd nested=0\n");
	assert_free();
	assert_note("kvm takes the options of modprobe.d and of the kernel's command line, ignore_msrs=1 report_ignored_msrs=0; "
		    "kvm_amd takes the options of modprobe.d and of the kernel's command line, nested=0; "
		    "modprobe.d has kvm_amd on a blacklist, which a load by name passes over");
}

static void a_livepatch_of_kvm_is_refused(void **state)
{
	struct error err = { 0 };

	(void)state;
	need_quiet_command_line();
	put_at("sys/kernel/livepatch/cve_1/vmlinux/patched", "1\n");
	put_at("sys/kernel/livepatch/cve_1/kvm_intel/patched", "1\n");
	assert_free();
	put_at("sys/kernel/livepatch/cve_2/kvm_amd/patched", "1\n");
	assert_refused("the livepatch cve_2 changes KVM, and would change the patched KVM too, which it does not fit: take it "
		       "out (`echo 0 > /sys/kernel/livepatch/cve_2/enabled`)");
	assert_ok(surroundings_require(&s, false, &err), &err);	/* the stock modules are what it fits */
}

/* What the leaves of a made-up CPU answer. */
static const struct cpu {
	bool is_virtual;
	struct { uint32_t leaf; const char *name; } answers[2];
	uint32_t privileges;
} *cpu;

static void fake_cpuid(uint32_t leaf, uint32_t regs[4])
{
	memset(regs, 0, 4 * sizeof(*regs));
	if (leaf == 1)
		regs[2] = cpu->is_virtual ? 1u << 31 : 0;
	else if (leaf == 0x40000003)
		regs[1] = cpu->privileges;
	for (size_t i = 0; i < ARRAY_SIZE(cpu->answers); i++)
		if (cpu->answers[i].leaf == leaf && cpu->answers[i].name)
			memcpy(&regs[1], cpu->answers[i].name, 12);
}

static void a_hypervisor_is_known_by_its_leaves(void **state)
{
#define AT(n, name) { 0x40000000u + 0x100 * (n), name }
	static const struct {
		struct cpu cpu;
		enum hypervisor want;
	} cases[] = {
		{ { false, { AT(0, "Microsoft Hv") }, 0 }, HYPERVISOR_NONE },	/* the leaves mean nothing there */
		{ { true, { AT(0, "KVMKVMKVM\0\0\0") }, 0 }, HYPERVISOR_OTHER },
		{ { true, { AT(0, "Microsoft Hv") }, 1u << 5 }, HYPERVISOR_HYPERV },
		{ { true, { AT(0, "Microsoft Hv") }, 1u << 0 | 1u << 12 }, HYPERVISOR_HYPERV_ROOT },
		{ { true, { AT(0, "Microsoft Hv"), AT(1, "KVMKVMKVM\0\0\0") }, 0 }, HYPERVISOR_OTHER },
		{ { true, { AT(0, "Microsoft Hv"), AT(1, "XenVMMXenVMM") }, 0 }, HYPERVISOR_XEN },
		{ { true, { AT(0, "XenVMMXenVMM") }, 0 }, HYPERVISOR_XEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cpu = &cases[i].cpu;
		assert_int_equal(hypervisor_find(tempdir, fake_cpuid), cases[i].want);
	}
}

static void a_paravirtual_xen_is_known_by_sysfs(void **state)
{
	static const struct cpu bare;

	(void)state;
	cpu = &bare;
	put_at("sys/hypervisor/type", "xen\n");
	assert_int_equal(hypervisor_find(tempdir, fake_cpuid), HYPERVISOR_XEN);
	put_at("proc/xen/capabilities", "control_d\n");
	assert_int_equal(hypervisor_find(tempdir, fake_cpuid), HYPERVISOR_XEN_DOM0);
}

static void hyper_v_and_xen_are_told(void **state)
{
	_cleanup_free_ char *note = NULL;

	(void)state;
	gather();
	s.hypervisor = HYPERVISOR_HYPERV;
	note = surroundings_note(&s);
	assert_non_null(strstr(note, "this machine is a VM of Hyper-V: what Hyper-V itself handles"));
	assert_non_null(strstr(hypervisor_remedy(s.hypervisor), "ExposeVirtualizationExtensions"));
	for (int h = HYPERVISOR_NONE; h <= HYPERVISOR_XEN_DOM0; h++) {
		assert_int_equal(!hypervisor_note(h), h <= HYPERVISOR_OTHER);
		assert_int_equal(!hypervisor_cause(h), h <= HYPERVISOR_OTHER);
		assert_int_equal(!hypervisor_remedy(h), h <= HYPERVISOR_OTHER);
	}
}

int main(void)
{
#define ON_A_MACHINE(test) cmocka_unit_test_setup_teardown(test, tempdir_setup, tear_down)
	const struct CMUnitTest tests[] = {
		ON_A_MACHINE(a_machine_without_any_is_free),
		ON_A_MACHINE(a_command_of_modprobe_d_is_refused),
		ON_A_MACHINE(options_and_blacklists_are_told),
		ON_A_MACHINE(a_livepatch_of_kvm_is_refused),
		tempdir_test(a_hypervisor_is_known_by_its_leaves),
		tempdir_test(a_paravirtual_xen_is_known_by_sysfs),
		ON_A_MACHINE(hyper_v_and_xen_are_told),
	};

	return cmocka_run_group_tests_name("surroundings", tests, NULL, NULL);
}
