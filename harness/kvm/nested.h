/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells, before anything is started, whether a VM of this machine can run KVM itself.
 * nested_gather() looks at the machine; the other functions are pure.
 */
#ifndef EXITMETER_NESTED_H
#define EXITMETER_NESTED_H

#include <stdbool.h>

#include "base/error.h"
#include "kvm/vendor.h"

struct kvm_facts {
	bool has_device;	/* /dev/kvm is there */
	int open_errno;		/* of opening it for reading and writing; 0: it was opened */
	char group[33];		/* whose members may open it; "" where being a member does not help */
	bool is_answered;	/* KVM_GET_SUPPORTED_CPUID has succeeded */
	bool offers_svm, offers_vmx;	/* what a guest's CPU can have */
	enum kvm_vendor cpu;	/* what this machine's CPU has */
	const char *module;	/* "kvm_amd" or "kvm_intel", loaded or built in; else NULL */
	char nested[8];		/* the value of its parameter `nested`; "" where unknown */
};

void nested_gather(struct kvm_facts *ret);

/* Whether a VM of this KVM can run KVM itself, and if not, what is in the way. */
enum nested_state {
	NESTED_WORKS,
	NESTED_NO_DEVICE,
	NESTED_NO_PERMISSION,
	NESTED_NO_ANSWER,	/* /dev/kvm is there, but does not work */
	NESTED_OFF,		/* KVM runs with its parameter nested=0 */
	NESTED_NOT_OFFERED,	/* KVM offers its guests neither svm nor vmx */
};

enum nested_state nested_tell(const struct kvm_facts *f);
/* What was found, and how to mend it (NULL where it works); the caller frees both. */
char *nested_found(const struct kvm_facts *f);
char *nested_remedy(const struct kvm_facts *f);
/* STATUS_SKIP, with both of them in the message, unless it works. */
int nested_require(const struct kvm_facts *f, struct error *err);

#endif
