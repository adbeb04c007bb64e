/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM of one vCPU and a few instructions on the KVM that is loaded.  The code runs in kernel mode
 * (CPL 0): it asks for CPUID leaves, or leaves guest mode in a way in which no ordinary guest does.
 */
#ifndef EXITMETER_TINY_VM_H
#define EXITMETER_TINY_VM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "probe/record.h"

struct tiny_vm {
	int kvm, vm, vcpu;		/* descriptors, owned; -1 where there is none */
	struct kvm_run *run;		/* owned: a mapping of run_bytes */
	size_t run_bytes;
	unsigned char *memory;		/* owned: the guest's memory, mapped */
	struct kvm_cpuid2 *cpuid;	/* owned: the leaves of the vCPU, those that KVM offers and a highest basic one */
};

#define TINY_VM_CLOSED { .kvm = -1, .vm = -1, .vcpu = -1 }

/* Each can fail with STATUS_SKIP, for the run does without a tiny VM. */
int tiny_vm_open(struct tiny_vm *ret, struct error *err);
/* Harmless on one that is closed, or that could not be opened. */
void tiny_vm_close(struct tiny_vm *t);

/* Gives the VM more memory: `bytes` at `from`, which stay the caller's, at the guest's address `at`.  Once only. */
int tiny_vm_add_memory(const struct tiny_vm *t, uint32_t at, void *from, size_t bytes, struct error *err);
/* Reads the byte at the guest's address `at`. */
int tiny_vm_touch(struct tiny_vm *t, uint32_t at, struct error *err);
/* Asks for a leaf (EAX = fn, ECX = sub). */
int tiny_vm_cpuid(struct tiny_vm *t, uint32_t fn, uint32_t sub, struct em_regs *ret, struct error *err);
/* Executes CPUID of leaf 0 n times. */
int tiny_vm_spin(struct tiny_vm *t, uint32_t n, struct error *err);
/* Makes n hypercalls of a number that KVM does not know. */
int tiny_vm_hypercalls(struct tiny_vm *t, bool is_svm, uint32_t n, struct error *err);

#endif
