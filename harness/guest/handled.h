/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often KVM called the vendor module's exit handler (vmx_handle_exit(), svm_handle_exit(); arch/x86/kvm/x86.c,
 * vcpu_enter_guest()).  An exit after which KVM enters the guest again on a fast path never gets there, so that a patch
 * which counts in the handler cannot see it.  A BPF program on a kprobe counts; it goes with the process.
 */
#ifndef EXITMETER_HANDLED_H
#define EXITMETER_HANDLED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct handled;

/*
 * Starts counting.  KVM's modules are loaded by then.  The calls by the thread `except` are not counted; 0: all are.
 * NULL with STATUS_SKIP where the kernel has no kprobes or no BPF, or the module no such function.
 */
struct handled *handled_start(bool is_svm, pid_t except, struct error *err);
/* Writes the count so far to `path`, a decimal number on a line.  Writes nothing for NULL. */
int handled_save(const struct handled *h, const char *path, struct error *err);
/* Stops counting, and frees.  NULL is fine.  Until then KVM's modules cannot be unloaded. */
void handled_stop(struct handled *h);

#endif
