// SPDX-License-Identifier: GPL-2.0-only
#include "batch/vendors.h"

size_t vendors_hosts(enum vendors vendors, struct preferred_host preferred,
		     enum host_type ret[VENDORS_HOSTS_MAX])
{
	enum host_type svm = preferred.is_vmx ? HOST_EMULATED_SVM : preferred.host;
	enum host_type vmx = preferred.is_vmx ? preferred.host : HOST_EMULATED_VMX;

	ret[0] = vendors == VENDORS_SVM ? svm : vendors == VENDORS_VMX ? vmx : preferred.host;
	if (vendors != VENDORS_BOTH)
		return 1;
	ret[1] = preferred.is_vmx ? svm : vmx;
	return 2;
}

const char *vendors_why(enum vendors vendors, struct preferred_host preferred)
{
	switch (vendors) {
	case VENDORS_SVM:
		return preferred.is_vmx ? "it is SVM's code that is changed, which a VMX host does not run" : NULL;
	case VENDORS_VMX:
		return preferred.is_vmx ? NULL : "it is VMX's code that is changed, which an SVM host does not run";
	case VENDORS_BOTH:
		return "the code of both vendors is changed";
	default:
		return NULL;
	}
}

bool vendors_host_is_vmx(enum host_type host, struct preferred_host preferred)
{
	return host == preferred.host ? preferred.is_vmx : host == HOST_EMULATED_VMX;
}

enum vendors vendors_of_modules(bool has_svm, bool has_vmx)
{
	if (has_svm && has_vmx)
		return VENDORS_UNKNOWN;
	return has_svm ? VENDORS_SVM : VENDORS_VMX;
}
