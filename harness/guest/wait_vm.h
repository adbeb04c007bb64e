/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page fault of a tiny VM whose handling takes a known time.  Its page is found by userfaultfd(2): KVM waits in its
 * handler until another process of ours has let a known number of cycles pass.  What the KVM under test tells of cycles
 * before and after is then held between two figures that need nothing of its patch: the wait lies in the handling as a
 * whole, and all handling lies in the calls of KVM_RUN, beside which we let time pass in userspace, too.
 */
#ifndef EXITMETER_WAIT_VM_H
#define EXITMETER_WAIT_VM_H

#include "base/error.h"
#include "probe/record.h"

/*
 * Returns the lines `wait` of host-inspect.txt (evidence/host_checks.h); the caller frees.  NULL with STATUS_SKIP: this
 * machine lets no page fault wait.
 */
char *wait_vm_measure(enum em_layout layout, bool is_svm, struct error *err);

#endif
