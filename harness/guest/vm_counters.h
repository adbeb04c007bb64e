/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's view of one VM: KVM's debugfs folder of it.
 *
 * QEMU's exit destroys a VM and its debugfs folder with it.  To read the
 * counters after the guest's last instruction, a copy of QEMU's own VM
 * descriptor is taken (pidfd_getfd) while it starts: the VM lives until that
 * copy is closed too, although QEMU is gone.
 */
#ifndef EXITMETER_VM_COUNTERS_H
#define EXITMETER_VM_COUNTERS_H

#include <sys/types.h>

#include "base/error.h"

struct vm_counters {
	int fd;			/* the VM descriptor, ours; -1 when unset */
	char *debugfs;		/* owned: /sys/kernel/debug/kvm/PID-FD */
};

/* Takes a copy of the VM descriptor of the QEMU process `pid`. */
int vm_counters_hold(pid_t pid, struct vm_counters *ret, struct error *err);
/* Copies the file `name` of the VM's debugfs folder to `path`; a missing one is STATUS_SKIP. */
int vm_counters_save(const struct vm_counters *vm, const char *name, const char *path, struct error *err);
/* Lets the VM go; harmless on one that holds nothing. */
void vm_counters_release(struct vm_counters *vm);

#endif
