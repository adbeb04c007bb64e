/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM of one vCPU and a few instructions, in kernel mode (CPL 0), on the KVM that
 * is loaded: it asks for CPUID leaves, or leaves guest mode in a way that no
 * ordinary guest does.
 */
#ifndef EXITMETER_TINY_VM_H
#define EXITMETER_TINY_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "probe/record.h"

struct tiny_vm {
	int kvm, vm, vcpu;
	struct kvm_run *run;
	size_t run_bytes;
	unsigned char *memory;
	struct kvm_cpuid2 *cpuid;	/* owned: what KVM offers, and this vCPU has */
};

int tiny_vm_open(struct tiny_vm *ret, struct error *err);
/* Harmless on what tiny_vm_open() failed with, or zeroed. */
void tiny_vm_close(struct tiny_vm *t);

int tiny_vm_cpuid(struct tiny_vm *t, uint32_t fn, uint32_t sub, struct em_regs *ret, struct error *err);
/* n CPUIDs of leaf 0. */
int tiny_vm_spin(struct tiny_vm *t, uint32_t n, struct error *err);
/* n hypercalls of a number that KVM does not know. */
int tiny_vm_hypercalls(struct tiny_vm *t, bool is_svm, uint32_t n, struct error *err);

#endif
