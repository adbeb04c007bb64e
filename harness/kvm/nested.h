/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this machine's KVM can do for a VM of ours, before anything is started.
 * One function looks at the machine; all that judges is pure.
 */
#ifndef EXITMETER_NESTED_H
#define EXITMETER_NESTED_H

#include <stdbool.h>

#include "base/error.h"
#include "kvm/vendor.h"

struct kvm_facts {
	bool has_device;	/* /dev/kvm is there */
	int open_errno;		/* of opening it for reading and writing; 0: it opened */
	char group[33];		/* that may open it; "" where a group alone does not help */
	bool is_answered;	/* KVM_GET_SUPPORTED_CPUID was */
	bool offers_svm, offers_vmx;	/* what a guest can be given */
	enum kvm_vendor cpu;	/* this machine's own */
	const char *module;	/* "kvm_amd", "kvm_intel" where loaded or built in; else NULL */
	char nested[8];		/* that module's parameter `nested`; "" where unknown */
};

void nested_gather(struct kvm_facts *ret);

/* Whether a VM under this KVM can run KVM itself, and if not, what is in the way. */
enum nested_state {
	NESTED_WORKS,
	NESTED_NO_DEVICE,
	NESTED_NO_PERMISSION,
	NESTED_NO_ANSWER,	/* /dev/kvm is there and does not work */
	NESTED_OFF,		/* KVM without nested */
	NESTED_NOT_OFFERED,	/* KVM that has neither svm nor vmx for its guests */
};

enum nested_state nested_tell(const struct kvm_facts *f);
/* What was found, and what to do about it (NULL where it works); the caller frees. */
char *nested_found(const struct kvm_facts *f);
char *nested_remedy(const struct kvm_facts *f);
/* STATUS_SKIP with both unless it works. */
int nested_require(const struct kvm_facts *f, struct error *err);

#endif
