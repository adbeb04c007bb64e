/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle for kernels without histogram triggers (Debian's 5.10): a BPF program on the
 * tracepoint kvm:kvm_exit counts the exits by their reason.  Whatever ends this process, the
 * program goes with it.
 */
#ifndef EXITMETER_ORACLE_BPF_H
#define EXITMETER_ORACLE_BPF_H

#include <sys/types.h>

#include "base/error.h"

struct oracle_bpf;

/*
 * Starts counting.  event: the tracepoint's folder in tracefs.  The exits of the thread `except`
 * are not counted; 0: all are.  NULL with STATUS_SKIP where the kernel has no BPF.
 */
struct oracle_bpf *oracle_bpf_start(const char *event, pid_t except, struct error *err);
/* Returns the counts in the form in which the kernel prints a histogram; the caller frees. */
char *oracle_bpf_read(const struct oracle_bpf *o, size_t *ret_len);
/* Stops counting, and frees.  NULL is fine. */
void oracle_bpf_stop(struct oracle_bpf *o);

#endif
