/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second VM beside the guest, in a process of its own: as long as it lives it
 * leaves guest mode now and then for a reason that a guest hardly ever has, a
 * hypercall, so that its exits are known where they do not belong.
 */
#ifndef EXITMETER_NEIGHBOUR_VM_H
#define EXITMETER_NEIGHBOUR_VM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The exit reasons of a hypercall. */
#define NEIGHBOUR_SVM 0x81
#define NEIGHBOUR_VMX 18

struct neighbour_vm;

/* NULL where there can be none.  It dies with its parent. */
struct neighbour_vm *neighbour_vm_start(bool is_svm);
/* Of the process, and of the thread that runs its vCPU. */
pid_t neighbour_vm_pid(const struct neighbour_vm *n);
/* Ends it, frees, and returns how often it made a hypercall; NULL is fine: 0. */
uint64_t neighbour_vm_stop(struct neighbour_vm *n);

#endif
