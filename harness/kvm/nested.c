// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/nested.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define DEVICE "/dev/kvm"
#define CPUID_ENTRIES 256
#define LEAF_BASIC 1u
#define LEAF_EXTENDED 0x80000001u
#define ECX_VMX (1u << 5)	/* in the basic leaf */
#define ECX_SVM (1u << 2)	/* in the extended leaf */

static void take_cpuid(struct kvm_facts *f, const struct kvm_cpuid2 *cpuid)
{
	for (unsigned int i = 0; i < cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function == LEAF_BASIC)
			f->offers_vmx = e->ecx & ECX_VMX;
		else if (e->function == LEAF_EXTENDED)
			f->offers_svm = e->ecx & ECX_SVM;
	}
}

static void ask_device(struct kvm_facts *f)
{
	_cleanup_close_ int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	_cleanup_free_ struct kvm_cpuid2 *cpuid =
		xcalloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(cpuid->entries[0]));

	if (fd < 0) {
		f->open_errno = errno;
		return;
	}
	cpuid->nent = CPUID_ENTRIES;
	f->is_answered = ioctl(fd, KVM_GET_SUPPORTED_CPUID, cpuid) == 0;
	if (f->is_answered)
		take_cpuid(f, cpuid);
}

static void find_group(struct kvm_facts *f, const struct stat *st)
{
	const struct group *g = getgrgid(st->st_gid);

	if (g && st->st_gid != 0 && (st->st_mode & 0060) == 0060)
		snprintf(f->group, sizeof(f->group), "%s", g->gr_name);
}

static void find_module(struct kvm_facts *f)
{
	for (int vendor = VENDOR_SVM; vendor <= VENDOR_VMX && !f->module; vendor++) {
		const char *name = vendor_module((enum kvm_vendor)vendor);
		_cleanup_free_ char *path = xasprintf("/sys/module/%s/parameters/nested", name);
		_cleanup_error_ struct error ignored = { 0 };
		_cleanup_free_ char *value = file_read(path, 64, NULL, &ignored);

		if (value) {
			f->module = name;
			snprintf(f->nested, sizeof(f->nested), "%.*s", (int)strcspn(value, "\n"), value);
		}
	}
}

void nested_gather(struct kvm_facts *ret)
{
	struct stat st;

	memset(ret, 0, sizeof(*ret));
	ret->cpu = vendor_of_cpu();
	find_module(ret);
	if (stat(DEVICE, &st) < 0)
		return;
	ret->has_device = true;
	find_group(ret, &st);
	ask_device(ret);
}

static bool is_off(const char *nested)
{
	return !strcmp(nested, "N") || !strcmp(nested, "0");
}

enum nested_state nested_tell(const struct kvm_facts *f)
{
	if (!f->has_device)
		return NESTED_NO_DEVICE;
	if (f->open_errno == EACCES || f->open_errno == EPERM)
		return NESTED_NO_PERMISSION;
	if (f->open_errno || !f->is_answered)
		return NESTED_NO_ANSWER;
	if (f->offers_svm || f->offers_vmx)
		return NESTED_WORKS;
	return is_off(f->nested) ? NESTED_OFF : NESTED_NOT_OFFERED;
}

char *nested_found(const struct kvm_facts *f)
{
	switch (nested_tell(f)) {
	case NESTED_NO_DEVICE:
		return xasprintf("there is no " DEVICE ", and this CPU shows %s",
				 f->cpu == VENDOR_SVM ? "svm" : f->cpu == VENDOR_VMX ? "vmx" :
				 "neither svm nor vmx");
	case NESTED_NO_PERMISSION:
		return xstrdup("no permission to open " DEVICE);
	case NESTED_NO_ANSWER:
		return xasprintf(DEVICE " is there and does not work (%s)",
				 f->open_errno ? strerror(f->open_errno) :
						 "it does not say what it offers guests");
	case NESTED_OFF:
		return xasprintf("KVM runs without nested virtualization (parameter nested=%s of %s)",
				 f->nested, f->module);
	case NESTED_NOT_OFFERED:
		return xstrdup("the KVM of this machine offers its guests neither svm nor vmx");
	default:
		return xasprintf("KVM offers its guests %s", f->offers_svm ? "svm" : "vmx");
	}
}

static char *permission_remedy(const struct kvm_facts *f)
{
	if (f->group[0])
		return xasprintf("run `sudo usermod -aG %s $USER` and log in again, or run it as root",
				 f->group);
	return xstrdup("run `sudo setfacl -m u:$USER:rw " DEVICE "`, or run it as root");
}

char *nested_remedy(const struct kvm_facts *f)
{
	switch (nested_tell(f)) {
	case NESTED_WORKS:
		return NULL;
	case NESTED_NO_PERMISSION:
		return permission_remedy(f);
	case NESTED_OFF:
		return xasprintf("while no VM runs, run `sudo modprobe -r %s && sudo modprobe %s nested=1`",
				 f->module, f->module);
	case NESTED_NO_ANSWER:
		return xstrdup("the kernel's log may say why (`sudo dmesg | grep -i kvm`); "
			       "or take --host emulated-svm, which needs no KVM");
	case NESTED_NO_DEVICE:
		if (f->cpu != VENDOR_NONE)
			return xasprintf("run `sudo modprobe %s`; if that fails, virtualization is "
					 "switched off in the firmware", vendor_module(f->cpu));
		return xstrdup("switch virtualization on in the firmware, or nested virtualization on "
			       "the machine that this one runs on; or take --host emulated-svm");
	default:
		return xstrdup("switch nested virtualization on on the machine that this one runs on; "
			       "or take --host emulated-svm, which needs no KVM");
	}
}

int nested_require(const struct kvm_facts *f, struct error *err)
{
	_cleanup_free_ char *found = NULL, *remedy = nested_remedy(f);

	if (!remedy)
		return 0;
	found = nested_found(f);
	return error_set(err, STATUS_SKIP, "--host nested cannot run here: %s: %s", found, remedy);
}
