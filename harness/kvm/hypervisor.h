/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose virtual machine this machine is, as far as that has a say in what its own KVM can do. */
#ifndef EXITMETER_HYPERVISOR_H
#define EXITMETER_HYPERVISOR_H

#include <stdint.h>

enum hypervisor {
	HYPERVISOR_NONE,	/* bare metal, as far as it can be told */
	HYPERVISOR_OTHER,	/* KVM, VMware and all those that need no words */
	HYPERVISOR_HYPERV,
	HYPERVISOR_HYPERV_ROOT,	/* the partition that manages Hyper-V's VMs, which are not KVM's */
	HYPERVISOR_XEN,
	HYPERVISOR_XEN_DOM0,	/* the domain that manages Xen's */
};

/* Writes eax, ebx, ecx and edx of a leaf into regs. */
void hypervisor_cpuid(uint32_t leaf, uint32_t regs[4]);
/*
 * Asks CPUID by `cpuid`, and a paravirtual Xen, which leaves no trace there, by sysfs.  root: "" for this machine;
 * for tests, a folder with the files that it reads.
 */
enum hypervisor hypervisor_find(const char *root, void (*cpuid)(uint32_t leaf, uint32_t regs[4]));

/* What a native run's figures lack or hold because of it, as a sentence; NULL: nothing. */
const char *hypervisor_note(enum hypervisor h);
/* Why the CPU shows neither svm nor vmx, as in "this CPU shows neither, since ..."; NULL: unknown. */
const char *hypervisor_cause(enum hypervisor h);
/* What to do about that; NULL: unknown. */
const char *hypervisor_remedy(enum hypervisor h);

#endif
