/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has KVM open: as long as somebody has, its modules stay. */
#ifndef EXITMETER_KVM_HOLDERS_H
#define EXITMETER_KVM_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The processes that have /dev/kvm, a VM or a vCPU open, as far as the caller
 * may look: "process 12 (qemu-system-x86, VM web1), process 13 (...)"; then
 * other modules that use kvm.  NULL where there is none.  vendor: the module
 * that may use kvm, "kvm_amd".  The caller frees.
 */
char *kvm_holders(const char *vendor);

/* The VM's name in a QEMU command line (words end with NUL); the caller frees; NULL: it has none. */
char *kvm_holder_vm(const char *cmdline, size_t len);

#endif
