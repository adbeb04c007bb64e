/* SPDX-License-Identifier: GPL-2.0-only */
/* Who uses KVM: as long as anybody does, its modules cannot be unloaded. */
#ifndef EXITMETER_KVM_HOLDERS_H
#define EXITMETER_KVM_HOLDERS_H

#include <stddef.h>

/*
 * Names the processes that have /dev/kvm, a VM or a vCPU open, as far as the caller may look into
 * /proc: "process 12 (qemu-system-x86, VM web1), process 13 (...)"; behind them, the modules that
 * use kvm, all but `vendor` ("kvm_amd").  Returns NULL where there is none; the caller frees.
 */
char *kvm_holders(const char *vendor);

/*
 * Finds the VM's name in a command line of QEMU as /proc/PID/cmdline has it, each word with a NUL
 * behind it.  Returns NULL where it names none; the caller frees.
 */
char *kvm_holders_vm_name(const char *cmdline, size_t len);

#endif
