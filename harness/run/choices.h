/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options that take one word of a list, as enums.  Each list of words is indexed by its enum and
 * ends with a NULL.
 */
#ifndef EXITMETER_CHOICES_H
#define EXITMETER_CHOICES_H

#include "evidence/paging.h"
#include "evidence/scenario.h"

/* The machine whose KVM is measured. */
enum host_type {
	HOST_AUTO,		/* host_choose() decides which */
	HOST_NESTED,
	HOST_EMULATED_SVM,
	HOST_EMULATED_VMX,
	HOST_NATIVE,
	HOST_TYPES
};

enum guest_type { GUEST_CLOUD, GUEST_MICRO, GUEST_TYPES };

/* What boots a cloud guest: auto takes what its disk has code for, a BIOS before UEFI. */
enum firmware { FIRMWARE_AUTO, FIRMWARE_BIOS, FIRMWARE_UEFI, FIRMWARES };

/* Whose exits the guest reads: those of its own VM, or of all VMs. */
enum scope { SCOPE_VM, SCOPE_GLOBAL, SCOPES };

/* Which KVM is loaded for the run. */
enum kvm_type { KVM_PATCHED, KVM_STOCK, KVM_TYPES };

/* Whether an L1 host that was saved when it had booted takes the place of a boot. */
enum saved_host {
	SAVED_HOST_YES,
	SAVED_HOST_NO,		/* it boots */
	SAVED_HOST_ANEW,	/* as yes, but what was saved before is thrown away first */
	SAVED_HOSTS
};

/* As a layout that was asked for: the guest is to find out which one this KVM speaks. */
#define LAYOUT_AUTO EM_LAYOUTS

extern const char *const host_words[HOST_TYPES + 1];
extern const char *const guest_words[GUEST_TYPES + 1];
extern const char *const firmware_words[FIRMWARES + 1];
extern const char *const scenario_words[SCENARIOS + 1];
extern const char *const layout_words[EM_LAYOUTS + 2];
extern const char *const scope_words[SCOPES + 1];
extern const char *const paging_words[PAGINGS + 1];
extern const char *const saved_host_words[SAVED_HOSTS + 1];
extern const char *const kvm_words[KVM_TYPES + 1];

#endif
