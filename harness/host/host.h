/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host is the machine whose KVM is measured.  Each kind of host takes the same run and leaves the
 * same run folder behind, and the command needs to know no more of it.
 */
#ifndef EXITMETER_HOST_H
#define EXITMETER_HOST_H

#include "run/session.h"

/*
 * Carries out a run.  Returns 0 when a guest ran to an end of whatever kind, which the evidence
 * tells, or when the host was lost.  Returns -1 when there was no guest: a requirement is missing,
 * KVM is in use, or a signal came.  Either way, whatever was changed on this machine has been put
 * back.
 */
typedef int (*host_run_fn)(struct host_run *run, struct error *err);

int host_native_run(struct host_run *run, struct error *err);
/* STATUS_SKIP, and why, where this machine cannot run it. */
int host_nested_require(struct error *err);
int host_native_require(struct error *err);
int host_nested_run(struct host_run *run, struct error *err);
int host_emulated_svm_run(struct host_run *run, struct error *err);
int host_emulated_vmx_run(struct host_run *run, struct error *err);

/*
 * Returns the host that was asked for.  For `auto` it chooses one, and tells which and why in a
 * note: it never chooses native, and never falls back in silence.
 */
enum host_type host_choose(const struct config *c, struct progress *p);

/*
 * Puts back what a native run that was killed had changed, except for the modules, which are for
 * modules_recover().  It has the form that scratch_create() wants.
 */
int host_native_restore(const char *scratch_dir, struct error *err);

/*
 * Returns the description of the VM (domain XML or bochsrc) that a run would start; the caller
 * frees it.
 */
/* STATUS_USAGE: the machine that this run would be on cannot have it.  What `auto` firmware is must be settled. */
int host_emulated_svm_check(const struct config *c, struct error *err);
char *host_native_describe(const struct host_run *run);
char *host_nested_describe(const struct host_run *run);
char *host_emulated_svm_describe(const struct host_run *run);
char *host_emulated_vmx_describe(const struct host_run *run);

#endif
