/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle where the kernel has no histogram triggers (Debian's 5.10): a BPF
 * program on the tracepoint kvm:kvm_exit counts by reason.  It goes with this
 * process, whatever ends it.
 */
#ifndef EXITMETER_ORACLE_BPF_H
#define EXITMETER_ORACLE_BPF_H

#include <sys/types.h>

#include "base/error.h"

struct oracle_bpf;

/* event: the tracepoint's folder in tracefs; the exits of the thread `except` are left out.  A kernel without BPF is STATUS_SKIP. */
struct oracle_bpf *oracle_bpf_start(const char *event, pid_t except, struct error *err);
/* Writes the counts to `path`, as text of the form that a histogram trigger has. */
int oracle_bpf_save(const struct oracle_bpf *o, const char *path, struct error *err);
/* NULL is nothing to stop. */
void oracle_bpf_stop(struct oracle_bpf *o);

#endif
