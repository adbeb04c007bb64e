// SPDX-License-Identifier: GPL-2.0-only
/* Tests of what is said about a machine's KVM, case by case. */
#include "support/tempdir.h"

#include "base/error.h"
#include "base/memory.h"
#include "kvm/nested.h"

#include <errno.h>

/* A machine on which nested virtualization works. */
static struct kvm_facts working(void)
{
	return (struct kvm_facts){
		.has_device = true, .group = "kvm", .is_answered = true, .offers_vmx = true,
		.cpu = VENDOR_VMX, .module = "kvm_intel", .nested = "Y",
	};
}

static void judged(const struct kvm_facts *f, enum nested_state state, const char *found,
		   const char *remedy)
{
	_cleanup_free_ char *got_found = nested_found(f);
	_cleanup_free_ char *got_remedy = nested_remedy(f);
	_cleanup_free_ char *whole = xasprintf("--host nested cannot run here: %s: %s", found, remedy);
	struct error err = { 0 };

	assert_int_equal(nested_tell(f), state);
	assert_string_equal(got_found, found);
	assert_string_equal(got_remedy, remedy);
	assert_int_equal(nested_require(f, &err), -1);
	assert_error(&err, STATUS_SKIP, whole);
}

static void kvm_that_offers_vmx_or_svm_works(void **state)
{
	struct kvm_facts f = working();
	_cleanup_free_ char *vmx = nested_found(&f), *svm = NULL;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(nested_tell(&f), NESTED_WORKS);
	assert_ok(nested_require(&f, &err), &err);
	assert_null(nested_remedy(&f));
	assert_string_equal(vmx, "KVM offers its guests vmx");
	f.offers_vmx = false;
	f.offers_svm = true;
	svm = nested_found(&f);
	assert_string_equal(svm, "KVM offers its guests svm");
}

static void no_device(void **state)
{
	struct kvm_facts f = { .cpu = VENDOR_SVM };

	(void)state;
	judged(&f, NESTED_NO_DEVICE, "there is no /dev/kvm, and this CPU shows svm",
	       "run `sudo modprobe kvm_amd`; if that fails, virtualization is switched off in the firmware");
	f.cpu = VENDOR_NONE;
	judged(&f, NESTED_NO_DEVICE, "there is no /dev/kvm, and this CPU shows neither svm nor vmx",
	       "switch virtualization on in the firmware, or nested virtualization on the machine "
	       "that this one runs on; or take --host emulated-svm");
}

static void no_permission(void **state)
{
	struct kvm_facts f = working();

	(void)state;
	f.open_errno = EACCES;
	f.is_answered = f.offers_vmx = false;
	judged(&f, NESTED_NO_PERMISSION, "no permission to open /dev/kvm",
	       "run `sudo usermod -aG kvm $USER` and log in again, or run it as root");
	f.open_errno = EPERM;
	f.group[0] = '\0';
	judged(&f, NESTED_NO_PERMISSION, "no permission to open /dev/kvm",
	       "run `sudo setfacl -m u:$USER:rw /dev/kvm`, or run it as root");
}

static void kvm_without_nested(void **state)
{
	struct kvm_facts f = working();

	(void)state;
	f.offers_vmx = false;
	strcpy(f.nested, "N");
	judged(&f, NESTED_OFF,
	       "KVM runs without nested virtualization (parameter nested=N of kvm_intel)",
	       "while no VM runs, run `sudo modprobe -r kvm_intel && sudo modprobe kvm_intel nested=1`");
	strcpy(f.nested, "0");
	f.module = "kvm_amd";
	judged(&f, NESTED_OFF,
	       "KVM runs without nested virtualization (parameter nested=0 of kvm_amd)",
	       "while no VM runs, run `sudo modprobe -r kvm_amd && sudo modprobe kvm_amd nested=1`");
}

/* In some sandboxes /dev/kvm can be opened, but KVM has neither svm nor vmx for guests. */
static void kvm_that_offers_neither(void **state)
{
	struct kvm_facts f = { .has_device = true, .is_answered = true };

	(void)state;
	judged(&f, NESTED_NOT_OFFERED, "the KVM of this machine offers its guests neither svm nor vmx",
	       "switch nested virtualization on on the machine that this one runs on; or take "
	       "--host emulated-svm, which needs no KVM");
	/* Where the parameter and the offer contradict each other, the offer counts. */
	f = working();
	f.offers_vmx = false;
	assert_int_equal(nested_tell(&f), NESTED_NOT_OFFERED);
}

static void a_device_that_does_not_work(void **state)
{
	static const char remedy[] = "the kernel's log may say why (`sudo dmesg | grep -i kvm`); or take "
				     "--host emulated-svm, which needs no KVM";
	struct kvm_facts f = { .has_device = true, .open_errno = ENODEV };

	(void)state;
	judged(&f, NESTED_NO_ANSWER, "/dev/kvm is there and does not work (No such device)", remedy);
	f.open_errno = 0;
	judged(&f, NESTED_NO_ANSWER,
	       "/dev/kvm is there and does not work (it does not say what it offers guests)", remedy);
}

/* What is gathered on the machine of the test, whatever that is, is consistent. */
static void facts_are_gathered(void **state)
{
	struct kvm_facts f;

	(void)state;
	nested_gather(&f);
	assert_int_equal(f.has_device, access("/dev/kvm", F_OK) == 0);
	assert_int_equal(f.cpu, vendor_of_cpu());
	if (!f.has_device)
		assert_false(f.is_answered);
	if (f.is_answered)
		assert_int_equal(f.open_errno, 0);
	if (f.offers_svm || f.offers_vmx)
		assert_int_equal(nested_tell(&f), NESTED_WORKS);
	assert_int_equal(!f.module, !f.nested[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kvm_that_offers_vmx_or_svm_works),
		cmocka_unit_test(no_device),
		cmocka_unit_test(no_permission),
		cmocka_unit_test(kvm_without_nested),
		cmocka_unit_test(kvm_that_offers_neither),
		cmocka_unit_test(a_device_that_does_not_work),
		cmocka_unit_test(facts_are_gathered),
	};

	return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
