/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine of a few bytes of code, run by /dev/kvm directly: it executes
 * CPUID and HLT and nothing else, so that every exit it makes is known beforehand.
 */
#ifndef TESTS_KERNEL_VM_H
#define TESTS_KERNEL_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VM_MAX_VCPUS 4

struct regs {
	uint32_t eax, ebx, ecx, edx;
};

struct vm {
	int kvm, fd;
	int n_vcpus;
	int vcpus[VM_MAX_VCPUS];
	struct kvm_run *runs[VM_MAX_VCPUS];
	int run_bytes;
	uint8_t *memory;
};

/* What the host's file and KVM's own statistic say. */
struct host_figures {
	uint64_t exits, cycles;		/* the file's totals */
	uint64_t sum_exits, sum_cycles;	/* its reasons and "other" added up */
	uint64_t stat_exits;		/* KVM's statistic */
	uint64_t low[256];		/* exits of the reasons below 0x100 */
	char vendor[16], layout[16], scope[16];
	int vcpus;
};

/* All of these end the program when KVM refuses. */
void vm_create(struct vm *vm, int n_vcpus);
/* One more, as is possible while the others run. */
void vm_add_vcpu(struct vm *vm);
/* As an unplugged one is: no descriptor of it is left, and KVM keeps it with the VM. */
void vm_close_vcpu(struct vm *vm, int vcpu);
void vm_destroy(struct vm *vm);
/* One CPUID and one HLT. */
struct regs vm_ask(struct vm *vm, uint32_t leaf, uint32_t ecx);
/* n CPUIDs of leaf 0 and one HLT. */
void vm_spin(struct vm *vm, int vcpu, uint16_t n);
/* The same on every vCPU at once, of leaf 0 or of any. */
void vm_ask_all(struct vm *vm, uint16_t n, uint32_t leaf, uint32_t ecx);
void vm_spin_all(struct vm *vm, uint16_t n);
/* Of the VM's debugfs folder, or of KVM's if vm is NULL. */
void vm_host_path(const struct vm *vm, const char *name, char *path, size_t size);
/* Of the VM, or of all VMs, without the statistic, if vm is NULL. */
void vm_host_figures(const struct vm *vm, struct host_figures *ret);

/* What leaf LEAF answers where the patch leaves it alone. */
struct regs vm_stock_answer(uint32_t leaf);

/* Ends the program, naming the request, when KVM refuses. */
int vm_ioctl(int fd, const char *what, unsigned long request, void *argument);
#define VM_IOCTL(fd, request, argument) \
	vm_ioctl(fd, #request, request, (void *)(uintptr_t)(argument))

void __attribute__((noreturn, format(printf, 1, 2))) give_up(const char *format, ...);

#endif
