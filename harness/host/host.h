/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hosts: the machine whose KVM is measured.  Each kind takes the same run and
 * leaves the same run folder behind; the command knows no more of them.
 */
#ifndef EXITMETER_HOST_H
#define EXITMETER_HOST_H

#include "run/session.h"

/*
 * 0 when a guest ran to an end of whatever kind: the evidence says which.
 * -1 when it came to no guest: a requirement is missing, KVM is in use, a
 * signal.  Whatever was changed on this machine is put back either way.
 */
typedef int (*host_run_fn)(struct host_run *run, struct error *err);

int host_native_run(struct host_run *run, struct error *err);
int host_nested_run(struct host_run *run, struct error *err);
int host_emulated_svm_run(struct host_run *run, struct error *err);
int host_emulated_vmx_run(struct host_run *run, struct error *err);

/* The host asked for; what `auto` takes, and why, is told. It never takes native, nor falls back in silence. */
const char *host_choose(const struct config *c, struct progress *p);

/* Puts back what a native run that was killed had changed, but for modules; for scratch_create(). */
int host_native_restore(const char *scratch_dir, struct error *err);

/* The VM's description (domain XML, bochsrc) that a run would use, for --dry-run; the caller frees. */
char *host_native_describe(const struct host_run *run);
char *host_nested_describe(const struct host_run *run);
char *host_emulated_svm_describe(const struct host_run *run);
char *host_emulated_vmx_describe(const struct host_run *run);

#endif
