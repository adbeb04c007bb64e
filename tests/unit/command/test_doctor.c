// SPDX-License-Identifier: GPL-2.0-only
/* Facts in, judgement out: what each kind of host lacks, and what mends it. */
#include "support/helpers.h"

#include "base/memory.h"
#include "command/doctor.h"

#include <string.h>

static struct machine_facts f;
static struct diagnosis d;

static void free_pointers(void)
{
	machine_facts_deinit(&f);
	diagnosis_deinit(&d);
}

/* A machine that lacks nothing: an AMD with Debian, its own modules built. */
static int set_up(void **state)
{
	static const struct tool_fact tools[] = {
		{ "qemu-img", FOR_ALL, true }, { "mke2fs", FOR_L1, true }, { "cloud-localds", FOR_NATIVE, true },
	};

	(void)state;
	f = (struct machine_facts){
		.system = xstrdup("Debian GNU/Linux 12"), .distribution = xstrdup("debian"),
		.kernel = xstrdup("6.1.0-28-amd64"), .cpu_maker = xstrdup("AuthenticAMD"),
		.cpu_model = xstrdup("EPYC"), .cpu_flags = xstrdup("npt"), .cores = 8, .is_root = true,
		.sandbox = xstrdup("whole"),
		.kvm = { .has_device = true, .is_answered = true, .offers_svm = true, .cpu = VENDOR_SVM,
			 .module = "kvm_amd", .nested = "1" },
		.kvm_loaded = xstrdup("kvm kvm_amd"), .signing = { .lockdown = "none" },
		.headers = xstrdup("/lib/modules/6.1.0-28-amd64/build"),
		.source = xstrdup("/usr/src/linux-source-6.1.tar.xz"),
		.is_packaged = true, .built_for = xstrdup("6.1.0-28-amd64"), .guest_mib = 1024, .memory_mib = 8000,
		.space_mib = 20000, .cache = xstrdup("/c"), .space_at = xstrdup("/"),
	};
	memcpy(f.tools, tools, sizeof(tools));
	f.pieces[0] = (struct piece_fact){ "host-image", "host image", "make images", FOR_L1,
					   xstrdup("/c/h"), true };
	f.pieces[1] = (struct piece_fact){ "bochs", "Bochs", "make bochs", FOR_VMX, xstrdup("/c/b"), true };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free_pointers();
	return 0;
}

static void diagnose(void)
{
	diagnosis_deinit(&d);
	doctor_diagnose(&f, HOST_AUTO, &d);
}

static const struct fact *fact(const char *id)
{
	for (size_t i = 0; i < d.count; i++)
		if (!strcmp(d.facts[i].id, id))
			return &d.facts[i];
	fail_msg("there is no fact %s", id);
	return NULL;
}

/* The fact is bad, mended by these words, and just these hosts cannot run. */
static void assert_lacks(const char *id, unsigned int hosts, const char *remedy)
{
	const struct fact *bad;

	diagnose();
	bad = fact(id);
	assert_false(bad->is_good);
	assert_non_null(bad->remedy);
	if (!strstr(bad->remedy, remedy))
		fail_msg("%s: wanted '%s', got '%s'", id, remedy, bad->remedy);
	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		if (diagnosis_can_run(&d, doctor_hosts[i]) != !(hosts & 1u << doctor_hosts[i]))
			fail_msg("%s: %s: wanted otherwise", id, host_words[doctor_hosts[i]]);
}

static void set_text(char **slot, const char *text)
{
	free(*slot);
	*slot = text ? xstrdup(text) : NULL;
}

static void a_machine_that_lacks_nothing_can_run_all(void **state)
{
	(void)state;
	diagnose();
	for (size_t i = 0; i < d.count; i++) {
		assert_true(d.facts[i].is_good);
		assert_null(d.facts[i].remedy);
		assert_non_null(d.facts[i].found);
	}
	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		assert_true(diagnosis_can_run(&d, doctor_hosts[i]));
	assert_int_equal(d.auto_host, HOST_NESTED);
	assert_int_equal(d.wanted, HOST_NESTED);
}

static void a_laptop_without_svm_and_vmx_runs_the_emulated_hosts(void **state)
{
	(void)state;
	f.kvm = (struct kvm_facts){ 0 };
	assert_lacks("cpu", FOR_NESTED | FOR_NATIVE, "in the firmware");
	assert_int_equal(d.auto_host, HOST_EMULATED_SVM);
	f.is_virtual = true;
	assert_lacks("cpu", FOR_NESTED | FOR_NATIVE, "on the machine that this one runs on");
}

static void a_kvm_that_does_not_nest_is_in_nested_s_way_alone(void **state)
{
	(void)state;
	f.kvm.offers_svm = false;
	strcpy(f.kvm.nested, "0");
	assert_lacks("kvm-nested", FOR_NESTED, "modprobe kvm_amd nested=1");
	f.kvm.open_errno = 13;
	strcpy(f.kvm.group, "kvm");
	assert_lacks("kvm-nested", FOR_NESTED, "usermod -aG kvm");
	assert_int_equal(d.auto_host, HOST_EMULATED_SVM);
}

static void a_kvm_that_is_held_or_built_in_is_in_native_s_way(void **state)
{
	(void)state;
	set_text(&f.kvm_holders, "process 12 (qemu-system-x86, VM web1)");
	assert_lacks("kvm-modules", FOR_NATIVE, "virsh shutdown");
	assert_non_null(strstr(fact("kvm-modules")->found, "web1"));
	f.is_kvm_built_in = true;
	assert_lacks("kvm-modules", FOR_NATIVE, "CONFIG_KVM=m");
	f.is_kvm_built_in = false;
	set_text(&f.kvm_holders, NULL);
	set_text(&f.kvm_loaded, NULL);
	diagnose();
	assert_true(fact("kvm-modules")->is_good);
}

static void what_else_has_a_say_in_kvm_is_in_native_s_way(void **state)
{
	struct surroundings *s = &f.surroundings;

	(void)state;
	s->names[0] = "kvm";
	s->names[1] = "kvm_amd";
	s->modprobe[1].install = xstrdup("/bin/false");
	assert_lacks("kvm-surroundings", FOR_NATIVE, "modprobe.d has `install kvm_amd /bin/false`");
	set_text(&s->modprobe[1].install, NULL);
	s->livepatch = xstrdup("cve");
	assert_lacks("kvm-surroundings", FOR_NATIVE, "the livepatch cve changes KVM");
	set_text(&s->livepatch, NULL);
	s->modprobe[0].options = xstrdup("ignore_msrs=1");
	diagnose();
	assert_true(fact("kvm-surroundings")->is_good);
	assert_non_null(strstr(fact("kvm-surroundings")->found, "ignore_msrs=1"));
	f.kvm = (struct kvm_facts){ 0 };
	s->hypervisor = HYPERVISOR_HYPERV;
	assert_lacks("cpu", FOR_NESTED | FOR_NATIVE, "ExposeVirtualizationExtensions");
}

static void a_kernel_that_wants_signatures_is_in_native_s_way(void **state)
{
	(void)state;
	strcpy(f.signing.lockdown, "integrity");
	f.signing.is_secure_boot = true;
	assert_lacks("signatures", FOR_NATIVE, "mokutil");
	assert_non_null(strstr(fact("signatures")->found, "Secure Boot on, lockdown integrity"));
	strcpy(f.signing.lockdown, "none");
	f.signing.is_enforced = true;
	assert_lacks("signatures", FOR_NATIVE, "module.sig_enforce");
	f.signing.is_enforced = false;
	f.signing.is_closed = true;
	assert_lacks("signatures", FOR_NATIVE, "booted anew");
}

static void modules_of_another_kernel_want_headers_and_source(void **state)
{
	(void)state;
	set_text(&f.built_for, "6.1.0-9-amd64");
	f.is_packaged = false;
	assert_lacks("modules-fit", FOR_NATIVE, "make modules TREE=");
	f.is_packaged = true;
	assert_lacks("modules-fit", FOR_NATIVE, "make modules HOST=native");
	assert_true(fact("headers")->is_good);
	set_text(&f.headers, NULL);
	assert_lacks("headers", FOR_NATIVE, "apt-get install linux-headers-6.1.0-28-amd64");
	set_text(&f.source, NULL);
	assert_lacks("source", FOR_NATIVE, "apt-get install linux-source-6.1");
	assert_int_equal(strlen(strstr(fact("source")->remedy, "-6.1")), 4);
	set_text(&f.distribution, "ubuntu");
	set_text(&f.kernel, "6.8.0-31-generic");
	assert_lacks("source", FOR_NATIVE, "apt-get install linux-source-6.8.0");
	/* With modules that fit, neither is needed. */
	set_text(&f.built_for, "6.8.0-31-generic");
	diagnose();
	assert_true(fact("source")->is_good && fact("headers")->is_good);
	assert_true(diagnosis_can_run(&d, HOST_NATIVE));
	set_text(&f.built_for, NULL);
	assert_lacks("modules-fit", FOR_NATIVE, "make modules");
}

static void without_root_native_goes_and_without_sudo_all(void **state)
{
	(void)state;
	f.is_root = false;
	f.has_sudo = f.may_use_sudo = true;
	assert_lacks("root", FOR_NATIVE, "sudo make measure");
	f.may_use_sudo = false;
	assert_lacks("root-or-sudo", FOR_ALL, "adduser");
	f.has_sudo = false;
	assert_lacks("root-or-sudo", FOR_ALL, "install sudo");
}

static void root_of_a_container_is_told_what_it_may_not_do(void **state)
{
	(void)state;
	f.lacking = xstrdup("CAP_SYS_ADMIN CAP_MKNOD");
	assert_lacks("root-or-sudo", FOR_ALL, "--privileged");
	free(f.lacking);
	f.lacking = NULL;
	f.is_kept_from_modules = true;
	assert_lacks("root", FOR_NATIVE, "CAP_SYS_MODULE");
	assert_string_equal(fact("root")->found, "one that may not change kernel modules");
	f.is_own_space = true;
	assert_lacks("root-or-sudo", FOR_ALL, "no user namespace");
	assert_string_equal(fact("root-or-sudo")->found,
			    "root of a user namespace, which makes no device nodes and has not all users");
	/* A user becomes root by sudo, or does not. */
	f.is_root = false;
	f.has_sudo = f.may_use_sudo = true;
	diagnose();
	assert_true(fact("root-or-sudo")->is_good);
}

static void a_cache_in_which_no_program_may_run_is_told(void **state)
{
	(void)state;
	f.is_nodev = true;
	diagnose();
	assert_true(fact("mount")->is_good);
	f.is_noexec = true;
	assert_lacks("mount", FOR_VMX, "set CACHE");
	assert_string_equal(fact("mount")->found, "/ is mounted noexec");
	f.pieces[0].is_there = false;
	assert_lacks("mount", FOR_ALL, "set CACHE");
	f.is_noexec = false;
	assert_lacks("mount", FOR_ALL, "set CACHE");
	assert_string_equal(fact("mount")->found, "/ is mounted nodev");
}

/* Runs go on without it, so no host lacks it. */
static void a_sandbox_that_is_not_whole_is_told(void **state)
{
	(void)state;
	free(f.sandbox);
	f.sandbox = xstrdup("there is none: setpriv is not there");
	diagnose();
	assert_false(fact("sandbox")->is_good);
	assert_int_equal(fact("sandbox")->hosts, 0);
	assert_string_equal(fact("sandbox")->found, "there is none: setpriv is not there");
	assert_non_null(strstr(fact("sandbox")->remedy, "ci/install-deps"));
	assert_true(diagnosis_can_run(&d, HOST_EMULATED_VMX));
}

static void a_missing_tool_or_piece_is_missed_by_those_that_need_it(void **state)
{
	(void)state;
	f.tools[0].is_there = false;
	assert_lacks("qemu-img", FOR_ALL, "ci/install-deps");
	f.tools[0].is_there = true;
	f.tools[2].is_there = false;
	assert_lacks("cloud-localds", FOR_NATIVE, "ci/install-deps");
	f.tools[2].is_there = true;
	f.pieces[0].is_there = false;
	assert_lacks("host-image", FOR_L1, "make images");
	f.pieces[0].is_there = true;
	f.pieces[1].is_there = false;
	assert_lacks("bochs", FOR_VMX, "make bochs");
}

static void memory_and_space_have_their_bounds(void **state)
{
	(void)state;
	f.memory_mib = 3584;
	diagnose();
	assert_true(fact("memory")->is_good);
	f.memory_mib = 3583;
	assert_lacks("memory", FOR_L1, "MEMORY");
	f.memory_mib = 1535;
	assert_lacks("memory-native", FOR_ALL, "MEMORY");
	f.memory_mib = 8000;
	f.space_mib = 1023;
	assert_lacks("space", FOR_ALL, "CACHE");
	/* What is yet to be built needs more; Bochs alone does not. */
	f.space_mib = 6143;
	f.pieces[1].is_there = false;
	assert_lacks("bochs", FOR_VMX, "make bochs");
	f.pieces[0].is_there = false;
	assert_lacks("space", FOR_ALL, "CACHE");
}

static void the_text_has_a_line_for_each_host_and_the_command_that_mends(void **state)
{
	char *text;

	(void)state;
	f.pieces[0].is_there = false;
	doctor_diagnose(&f, HOST_NATIVE, &d);
	text = diagnosis_format(&f, &d);
	assert_non_null(strstr(text, "\n-     host image           there is no /c/h\n"));
	assert_non_null(strstr(text, "-> make images\n"));
	assert_non_null(strstr(text, "  nested        lacks host image\n"));
	assert_non_null(strstr(text, "  native        can run\n"));
	assert_non_null(strstr(text, "\nHOST=auto takes nested\nHOST=native can run here\n"));
	free(text);
	diagnose();
	text = diagnosis_format(&f, &d);
	assert_non_null(strstr(text, "\nMISS  host image "));
	assert_non_null(strstr(text, "something is missing for HOST=nested"));
	free(text);
}

/* A machine of which nothing is known: no crash, and nothing good but what asks for nothing. */
static void a_machine_of_which_nothing_is_known_is_judged_too(void **state)
{
	char *text;
	json_t *json;

	(void)state;
	free_pointers();
	diagnose();
	for (size_t i = 0; i < DOCTOR_HOSTS; i++)
		assert_false(diagnosis_can_run(&d, doctor_hosts[i]));
	text = diagnosis_format(&f, &d);
	json = diagnosis_to_json(&f, &d);
	assert_int_equal(json_array_size(json_object_get(json, "facts")), d.count);
	assert_true(json_is_false(json_object_get(json, "can_run")));
	json_decref(json);
	free(text);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_machine_that_lacks_nothing_can_run_all),
		T(a_laptop_without_svm_and_vmx_runs_the_emulated_hosts),
		T(a_kvm_that_does_not_nest_is_in_nested_s_way_alone),
		T(a_kvm_that_is_held_or_built_in_is_in_native_s_way),
		T(what_else_has_a_say_in_kvm_is_in_native_s_way),
		T(a_kernel_that_wants_signatures_is_in_native_s_way),
		T(modules_of_another_kernel_want_headers_and_source),
		T(root_of_a_container_is_told_what_it_may_not_do),
		T(without_root_native_goes_and_without_sudo_all),
		T(a_sandbox_that_is_not_whole_is_told),
		T(a_missing_tool_or_piece_is_missed_by_those_that_need_it),
		T(memory_and_space_have_their_bounds),
		T(a_cache_in_which_no_program_may_run_is_told),
		T(the_text_has_a_line_for_each_host_and_the_command_that_mends),
		T(a_machine_of_which_nothing_is_known_is_judged_too),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
