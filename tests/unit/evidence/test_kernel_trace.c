// SPDX-License-Identifier: GPL-2.0-only
/* Where a host's kernel has crashed, hangs or complains: only in KVM's modules, as the kernel prints it. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "evidence/kernel_trace.h"

#define CRASH (1u << TRACE_CRASH)
#define HANG (1u << TRACE_HANG)
#define COMPLAINT (1u << TRACE_COMPLAINT)

/* As Linux 6.1 prints it. */
#define OOPS \
	"[   14.201170] BUG: kernel NULL pointer dereference, address: 0000000000000010\r\n" \
	"[   14.203391] #PF: supervisor write access in kernel mode\r\n" \
	"[   14.205713] Oops: 0002 [#1] PREEMPT SMP NOPTI\r\n" \
	"[   14.206935] CPU: 0 PID: 287 Comm: CPU 0/KVM Tainted: G           OE      6.1.0-56-cloud-amd64\r\n" \
	"[   14.209513] RIP: 0010:svm_handle_exit+0x1c/0x340 [kvm_amd]\r\n" \
	"[   14.220961] Call Trace:\r\n" \
	"[   14.221582]  <TASK>\r\n" \
	"[   14.222119]  ? __die_body.cold+0x1a/0x1f\r\n" \
	"[   14.223001]  vcpu_enter_guest.constprop.0+0x6f6/0x1290 [kvm]\r\n"
#define OUTSIDE \
	"[    3.1] BUG: unable to handle page fault for address: ffffc900001d8ff8\n" \
	"[    3.2] RIP: 0010:memcpy_erms+0x6/0x10\n" \
	"[    3.3] Call Trace:\n" \
	"[    3.4]  ? kvm_stale_word+0x1/0x2 [kvm]\n" \
	"[    3.5]  kvm_emulate_cpuid+0x5e/0xa0 [kvm]\n"
#define LOCKUP \
	"[   52.1] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [CPU 0/KVM:287]\n" \
	"[   52.2] Modules linked in: kvm_amd(OE) kvm(OE)\n" \
	"[   52.3] RIP: 0010:kvm_emulate_cpuid+0x2a/0xb0 [kvm]\n"
/* The same on Bochs, where warnings are not printed: the watchdog makes a panic of it, which prints all. */
#define LOCKUP_PANIC \
	"[   52.1] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [CPU 0/KVM:287]\n" \
	"[   52.2] Kernel panic - not syncing: softlockup: hung tasks\n" \
	"[   52.3] Call Trace:\n" \
	"[   52.4]  <IRQ>\n" \
	"[   52.5]  watchdog_timer_fn.cold+0xc/0x16\n" \
	"[   52.6] RIP: 0010:vmx_handle_exit+0x2a/0xb0 [kvm_intel]\n"
#define WARNING \
	"[   20.1] ------------[ cut here ]------------\n" \
	"[   20.2] WARNING: CPU: 0 PID: 287 at arch/x86/kvm/x86.c:10 kvm_arch_vcpu_load+0x1a/0x2b [kvm]\n" \
	"[   20.3] RIP: 0010:kvm_arch_vcpu_load+0x1a/0x2b [kvm]\n"

static bool find(const char *text, unsigned int kinds, struct kernel_trace *t)
{
	memset(t, 0, sizeof(*t));
	return kernel_trace_find(text, strlen(text), kinds, t, NULL);
}

static void a_crash_names_its_function(void **state)
{
	struct kernel_trace t;

	(void)state;
	assert_true(find("[    1.0] Linux version 6.1\n" OOPS, CRASH, &t));
	assert_string_equal(t.what, "BUG: kernel NULL pointer dereference, address: 0000000000000010");
	assert_string_equal(t.function, "svm_handle_exit");
	assert_string_equal(t.module, "kvm_amd");
	assert_int_equal(t.offset, 0x1c);
	assert_true(t.is_own && kernel_trace_is_certain(&t));
}

/* The instruction was another's, which the module has called. */
static void a_caller_in_the_module_is_found_and_is_not_certain(void **state)
{
	struct kernel_trace t;

	(void)state;
	assert_true(find(OUTSIDE, CRASH, &t));
	assert_string_equal(t.function, "kvm_emulate_cpuid");
	assert_int_equal(t.offset, 0x5e);
	assert_false(t.is_own || kernel_trace_is_certain(&t));
}

static void a_crash_of_others_is_none(void **state)
{
	struct kernel_trace t;

	(void)state;
	assert_false(find("BUG: unable to handle page fault for address: 10\nRIP: 0010:memcpy+0x6/0x10\n"
			  "Call Trace:\n do_syscall_64+0x5c/0xc0\n ? kvm_x+0x1/0x2 [kvm]\n", CRASH, &t));
	assert_false(find("RIP: 0010:svm_handle_exit+0x1c/0x340 [kvm_amd]\n", CRASH, &t));
	assert_false(find("kernel BUG at x.c:1!\nRIP: 0010:f+0x1/0x2 [kvmgt]\n", CRASH, &t));
	assert_false(find("traps: qemu[7] general protection fault ip:1 sp:2 error:0 in qemu[1+2]\n", CRASH, &t));
}

static void kinds_are_told_apart(void **state)
{
	struct kernel_trace t;
	unsigned int count;

	(void)state;
	assert_false(find(WARNING, CRASH | HANG, &t));
	assert_true(find(WARNING LOCKUP, HANG, &t));
	assert_string_equal(t.function, "kvm_emulate_cpuid");
	assert_false(kernel_trace_is_certain(&t));
	assert_true(kernel_trace_find(WARNING OOPS WARNING, strlen(WARNING OOPS WARNING), COMPLAINT, &t, &count));
	assert_int_equal(count, 2);
	assert_string_equal(t.function, "kvm_arch_vcpu_load");
	assert_non_null(strstr(t.what, "arch/x86/kvm/x86.c:10"));
}

static void a_panic_of_the_watchdog_is_a_hang(void **state)
{
	struct kernel_trace t;

	(void)state;
	assert_false(find(LOCKUP_PANIC, CRASH, &t));
	assert_true(find(LOCKUP_PANIC, HANG, &t));
	assert_string_equal(t.function, "vmx_handle_exit");
	assert_string_equal(t.module, "kvm_intel");
}

static void odd_places_are_no_places(void **state)
{
	static const char *const odd[] = {
		"+0x1/0x2 [kvm]", "f+0x/0x2 [kvm]", "f+0x1 [kvm]", "f+1/2 [kvm]", " [kvm]", "f+0x1/0x2 [kvm",
		"f+0x11111111111111111/0x2 [kvm]", "f+0x1ffffffff/0x2 [kvm]",
	};
	struct kernel_trace t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		_cleanup_free_ char *text = xasprintf("kernel BUG at x.c:1!\nRIP: 0010:%s\n", odd[i]);

		if (find(text, CRASH, &t))
			fail_msg("taken: %s", odd[i]);
	}
}

static void what_a_stranger_prints_is_masked_and_bounded(void **state)
{
	char text[3000] = "BUG: unable to handle \x1b[2J";
	struct kernel_trace t;

	(void)state;
	memset(text + strlen(text), 'x', 2000);
	strcat(text, "\nRIP: 0010:f+0x1/0x2 [kvm]\n");
	assert_true(find(text, CRASH, &t));
	assert_null(strchr(t.what, 0x1b));
	assert_int_equal(strlen(t.what), sizeof(t.what) - 1);
	assert_string_equal(t.what + sizeof(t.what) - 4, "...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crash_names_its_function),
		cmocka_unit_test(a_caller_in_the_module_is_found_and_is_not_certain),
		cmocka_unit_test(a_crash_of_others_is_none),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(a_panic_of_the_watchdog_is_a_hang),
		cmocka_unit_test(odd_places_are_no_places),
		cmocka_unit_test(what_a_stranger_prints_is_masked_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
