// SPDX-License-Identifier: GPL-2.0-only
#include "base/memory.h"
#include "host/host.h"
#include "host/host_modules.h"
#include "kvm/nested.h"
#include "kvm/vendor.h"

enum host_type host_choose(const struct config *c, struct progress *p)
{
	_cleanup_free_ char *found = NULL;
	struct kvm_facts facts;
	bool is_vmx;

	if (c->host != HOST_AUTO)
		return c->host;
	nested_gather(&facts);
	found = nested_found(&facts);
	is_vmx = nested_tell(&facts) == NESTED_WORKS && vendor_of_cpu() == VENDOR_VMX;
	if (host_modules_are_for_other(c, is_vmx)) {
		progress_note(p, "host: emulated-%s (auto, for the submission changes the code of %s only)",
			      is_vmx ? "svm" : "vmx", is_vmx ? "SVM" : "VMX");
		return is_vmx ? HOST_EMULATED_SVM : HOST_EMULATED_VMX;
	}
	if (nested_tell(&facts) == NESTED_WORKS) {
		progress_note(p, "host: nested (auto: %s)", found);
		return HOST_NESTED;
	}
	progress_note(p, "host: emulated-svm (auto, for nested cannot run here: %s)", found);
	return HOST_EMULATED_SVM;
}
