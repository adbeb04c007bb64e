/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracle is the kernel's own count of the same exits, by the tracepoint kvm:kvm_exit.  A
 * histogram trigger keyed by reason (Documentation/trace/histogram.rst) counts inside the kernel,
 * in a tracing instance of our own.  The trace buffer is not used, because it drops events.  Where
 * the kernel has no such triggers, a BPF program counts the same.
 */
#ifndef EXITMETER_ORACLE_H
#define EXITMETER_ORACLE_H

#include <sys/types.h>

#include "base/error.h"

struct oracle_bpf;

/* It runs as a histogram or as a BPF program, or not at all. */
struct oracle {
	char *instance;		/* owned: folder of the tracing instance */
	char *trigger;		/* owned: the trigger that was written there */
	struct oracle_bpf *bpf;	/* owned */
};

/*
 * Starts counting.  KVM's modules are loaded by then.  id names the instance.  The exits of the
 * thread `except` are not counted; 0: all are.  STATUS_SKIP where the kernel can do neither.
 */
int oracle_start(const char *id, pid_t except, struct oracle *ret, struct error *err);
/* Returns the histogram as the kernel prints one; the caller frees.  STATUS_SKIP: the oracle does not run. */
char *oracle_read(const struct oracle *o, size_t *ret_len, struct error *err);
/*
 * Writes the histogram to `path`, as the kernel prints one.  Writes nothing where the oracle does
 * not run.
 */
int oracle_save(const struct oracle *o, const char *path, struct error *err);
/* Stops counting and removes the instance.  Until then KVM's modules cannot be unloaded. */
void oracle_stop(struct oracle *o);
/* Removes the instance that a run of this id left when it was killed. */
void oracle_sweep(const char *id);

#endif
