/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second VM beside the guest, in a process of its own.  In its first seconds it makes a few
 * hypercalls, which a guest hardly ever makes.  So it is known which exits must not show in the
 * guest's figures.
 */
#ifndef EXITMETER_NEIGHBOUR_VM_H
#define EXITMETER_NEIGHBOUR_VM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The exit reason of a hypercall: SVM exit code, VMX basic exit reason. */
#define NEIGHBOUR_SVM 0x81
#define NEIGHBOUR_VMX 18

struct neighbour_vm;

/*
 * Starts its process, which waits.  NULL where this machine can have none.  It dies with its
 * parent.
 */
struct neighbour_vm *neighbour_vm_start(bool is_svm);
/* Lets it make its VM, and live. */
void neighbour_vm_go(struct neighbour_vm *n);
/* The number of its process, which is also that of the thread that runs its vCPU. */
pid_t neighbour_vm_pid(const struct neighbour_vm *n);
/* Ends it, frees, and returns how many hypercalls it made.  NULL is fine: 0. */
uint64_t neighbour_vm_stop(struct neighbour_vm *n);

#endif
