/* SPDX-License-Identifier: GPL-2.0-only */
/* What exitmeter.c and exitmeter-vms.c know of each other. */
#ifndef __KVM_X86_EXITMETER_INTERNAL_H
#define __KVM_X86_EXITMETER_INTERNAL_H

#include <asm/exitmeter.h>

/* By whether it is the scope of all VMs. */
extern const char *const exitmeter_scopes[2];

const char *exitmeter_layout_name(void);
const char *exitmeter_vendor_name(const struct exitmeter_vendor *vendor);
struct exitmeter_count exitmeter_read(struct kvm *kvm, unsigned int slot);

#endif /* __KVM_X86_EXITMETER_INTERNAL_H */
