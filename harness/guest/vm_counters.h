/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host sees of one VM: the folder that KVM has for it in debugfs.
 *
 * When QEMU exits, the VM is destroyed, and its debugfs folder with it.  To read the counters after
 * the guest's last instruction, a copy of QEMU's VM descriptor is taken (pidfd_getfd) while QEMU
 * starts: the VM lives until that copy is closed too.
 */
#ifndef EXITMETER_VM_COUNTERS_H
#define EXITMETER_VM_COUNTERS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct vm_counters {
	int fd;			/* owned: our copy of the VM descriptor, or -1 */
	char *debugfs;		/* owned: /sys/kernel/debug/kvm/PID-FD */
};

/* Takes a copy of the VM descriptor of the QEMU process `pid`. */
int vm_counters_hold(pid_t pid, struct vm_counters *ret, struct error *err);
/*
 * Reads the file `name` of the VM's debugfs folder; the caller frees.  STATUS_SKIP where there is no such
 * file.
 */
char *vm_counters_read(const struct vm_counters *vm, const char *name, size_t *ret_len, struct error *err);
/*
 * Copies the file `name` of the VM's debugfs folder to `path`.  STATUS_SKIP where there is no such
 * file.
 */
int vm_counters_save(const struct vm_counters *vm, const char *name, const char *path, struct error *err);
/* KVM's statistic `exits` of the VM; 0 where there is none. */
uint64_t vm_counters_exits(const struct vm_counters *vm);
/* Lets the VM go.  Harmless on a struct that holds none. */
void vm_counters_release(struct vm_counters *vm);

#endif
