/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle: the kernel's own count of the same exits, by the tracepoint
 * kvm:kvm_exit.  A histogram trigger keyed by reason counts inside the kernel,
 * in a tracing instance of our own; the trace buffer, which drops, is not
 * used.  (Documentation/trace/histogram.rst)  Where the kernel has no such
 * triggers, a BPF program counts the same.
 */
#ifndef EXITMETER_ORACLE_H
#define EXITMETER_ORACLE_H

#include <sys/types.h>

#include "base/error.h"

struct oracle_bpf;

/* One of the two at most; none: not running. */
struct oracle {
	char *instance;		/* owned: folder of the tracing instance */
	char *trigger;		/* owned: what was written there */
	struct oracle_bpf *bpf;	/* owned */
};

/*
 * Starts counting; KVM's modules are loaded.  id names the instance.  The exits of
 * the thread `except` (0: none) are left out.  A kernel that can do neither is
 * STATUS_SKIP.
 */
int oracle_start(const char *id, pid_t except, struct oracle *ret, struct error *err);
/* Writes the histogram, as the kernel prints one, to `path`; nothing where it does not run. */
int oracle_save(const struct oracle *o, const char *path, struct error *err);
/* Stops counting and removes the instance: KVM's modules cannot be unloaded before. */
void oracle_stop(struct oracle *o);
/* Removes the instance that a killed run of this id left. */
void oracle_sweep(const char *id);

#endif
