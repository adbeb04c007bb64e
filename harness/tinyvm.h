/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VM of one vCPU and a few instructions, in kernel mode (CPL 0), on the KVM that
 * is loaded: it asks for CPUID leaves, or leaves guest mode in a way that no
 * ordinary guest does.
 */
#ifndef EXITMETER_TINYVM_H
#define EXITMETER_TINYVM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "probe/record.h"

struct tinyvm {
	int kvm, vm, vcpu;
	struct kvm_run *run;
	size_t run_bytes;
	unsigned char *memory;
	struct kvm_cpuid2 *cpuid;	/* owned: what KVM offers, and this vCPU has */
};

int tinyvm_open(struct tinyvm *ret, struct error *err);
/* Harmless on what tinyvm_open() failed with, or zeroed. */
void tinyvm_close(struct tinyvm *t);

int tinyvm_cpuid(struct tinyvm *t, uint32_t fn, uint32_t sub, struct em_regs *ret, struct error *err);
/* n CPUIDs of leaf 0. */
int tinyvm_spin(struct tinyvm *t, uint32_t n, struct error *err);
/* n hypercalls of a number that KVM does not know. */
int tinyvm_hypercalls(struct tinyvm *t, bool is_svm, uint32_t n, struct error *err);

#endif
