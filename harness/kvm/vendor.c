// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/vendor.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static bool has_cpu_flag(const char *flags, const char *flag)
{
	size_t len = strlen(flag);

	for (const char *p = flags; (p = strstr(p, flag)); p += len)
		if (p[-1] == ' ' && (p[len] == ' ' || p[len] == '\n' || !p[len]))
			return true;
	return false;
}

bool vendor_cpu_has(const char *flag)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = file_read("/proc/cpuinfo", 16 << 20, NULL, &err);
	char *flags = text ? strstr(text, "\nflags") : NULL;
	char *end = flags ? strchr(flags + 1, '\n') : NULL;

	if (!end)
		return false;
	*end = '\0';
	return has_cpu_flag(flags, flag);
}

enum kvm_vendor vendor_of_cpu(void)
{
	return vendor_cpu_has("svm") ? VENDOR_SVM : vendor_cpu_has("vmx") ? VENDOR_VMX : VENDOR_NONE;
}

const char *vendor_paging_param(enum kvm_vendor vendor)
{
	return vendor == VENDOR_SVM ? "npt" : "ept";
}

const char *vendor_module(enum kvm_vendor vendor)
{
	return vendor == VENDOR_SVM ? "kvm_amd" : vendor == VENDOR_VMX ? "kvm_intel" : "none";
}

const char *vendor_file(enum kvm_vendor vendor)
{
	return vendor == VENDOR_SVM ? "kvm-amd.ko" : "kvm-intel.ko";
}
