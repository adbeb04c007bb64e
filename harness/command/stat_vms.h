/* SPDX-License-Identifier: GPL-2.0-only */
/* The VMs that run on this machine's KVM, and what the patched modules have counted of each. */
#ifndef EXITMETER_STAT_VMS_H
#define EXITMETER_STAT_VMS_H

#include "base/error.h"
#include "report/stat_rates.h"

struct stat_vms {
	bool is_kvm_loaded; /* where it is not, there is no VM */
	unsigned int count;
	struct stat_vm **vm; /* owned, ascending by process and descriptor */
	char *others; /* owned: those that run, too, but were not asked for, in words; NULL: none */
};

/* Where debugfs is; $EXITMETER_DEBUGFS is another place, for the tests. */
const char *stat_debugfs(void);
/*
 * Reads the VMs that go by `wanted` (a process, a process and descriptor as 12-3, or a name; NULL: all).  There may
 * be none.  A VM that ends meanwhile, or has no vCPU yet, is left out.  That KVM is not loaded is no failure: it may
 * have been unloaded since the last VM ended.  STATUS_SKIP: nothing can be read, for a cause that the message tells
 * with its remedy.
 */
int stat_vms_read(const char *debugfs, const char *wanted, struct stat_vms *ret, struct error *err);
/* The reading of the same VM; NULL: it is not there. */
const struct stat_vm *stat_vms_find(const struct stat_vms *vms, const struct stat_vm *vm);
void stat_vms_deinit(struct stat_vms *vms);

/* Says why a file or folder of debugfs could not be opened, by errno. */
int stat_refuse(int number, const char *path, bool is_root, struct error *err);

#endif
