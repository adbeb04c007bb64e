/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's view of one VM: KVM's debugfs folder of it.
 *
 * QEMU's exit destroys a VM and its debugfs folder with it.  To read the
 * counters after the guest's last instruction, a copy of QEMU's own VM
 * descriptor is taken (pidfd_getfd) while it starts: the VM lives until that
 * copy is closed too, although QEMU is gone.
 */
#ifndef EXITMETER_KVM_VM_H
#define EXITMETER_KVM_VM_H

#include <sys/types.h>

#include "error.h"

struct kvm_vm {
	int fd;			/* the VM descriptor, ours; -1 when unset */
	char *debugfs;		/* owned: /sys/kernel/debug/kvm/PID-FD */
};

/* Takes a copy of the VM descriptor of the QEMU process `pid`. */
int kvm_vm_hold(pid_t pid, struct kvm_vm *ret, struct error *err);
/* Copies the file `name` of the VM's debugfs folder to `path`; a missing one is STATUS_SKIP. */
int kvm_vm_save(const struct kvm_vm *vm, const char *name, const char *path, struct error *err);
/* Lets the VM go; harmless on one that holds nothing. */
void kvm_vm_release(struct kvm_vm *vm);

#endif
