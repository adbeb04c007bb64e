/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine that boots Linux and has next to nothing: one CPU, memory, a first serial port of
 * which what is written is kept, and the first interrupt controller with a timer on it. No clock goes by
 * this machine's: the CPU has no TSC and no APIC, and the timer ticks when the guest is idle and at each
 * so manyeth exit to this program. So what the guest does, and how often it leaves guest mode for it, is
 * the same however fast the machine or its KVM is; but for this machine's own interrupts.
 */
#ifndef TESTS_COST_LINUX_VM_H
#define TESTS_COST_LINUX_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A byte written here ends the boot: the guest's init is there. */
#define LINUX_VM_END_PORT 0xf4

struct linux_vm {
	int kvm, fd, vcpu;
	struct kvm_run *run;
	int run_bytes;
	uint8_t *memory;
	uint8_t masked;			/* interrupts, by the controller's mask */
	bool is_tick_due;
	unsigned int events;		/* exits to this program */
	char console[1 << 16];
	size_t console_length;
};

/* All of these end the program when KVM refuses. */
void linux_vm_create(struct linux_vm *vm, const char *kernel, const char *initrd, const char *cmdline);
/* Whether the guest came to its end, and not to a bad one. */
bool linux_vm_boot(struct linux_vm *vm);
/* KVM's statistic of the VM's exits. */
uint64_t linux_vm_exits(const struct linux_vm *vm);
void linux_vm_destroy(struct linux_vm *vm);

#endif
