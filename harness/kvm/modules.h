/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exchanges KVM's modules on this machine: unloads the stock ones, loads the patched ones, and puts
 * the stock ones back.
 *
 * Before anything is changed, a state file says what was loaded, which build of it and with which
 * parameters.  There is one such file on a machine, in MODULES_FOLDER, which does not survive a boot,
 * as loaded modules do not.  A lock beside it is held by a live run.  A state whose lock is free was
 * left by a run that was killed: the next start puts back what the file says.  But a state may be
 * marked as kept (`exitmeter reload`); then only `exitmeter restore` puts it back.
 *
 * For tests: with EXITMETER_DIE_AT=STEP in its environment the program kills itself with SIGKILL
 * after that step.  The steps are saved, vendor-out, kvm-out, kvm-in, vendor-in and kept; on the way
 * back restoring, back-vendor-out, back-kvm-out, back-kvm-in and back-vendor-in.
 */
#ifndef EXITMETER_MODULES_H
#define EXITMETER_MODULES_H

#include <stdbool.h>

#include "base/error.h"
#include "kvm/modules_check.h"

#define MODULES_FOLDER "/run/exitmeter"

struct modules;

/*
 * Checks the request (modules_check.h), unloads the KVM that is loaded, loads the one asked for and
 * proves by its build id or srcversion that the loaded module is the one in the file.  On an error
 * nothing stays changed.
 */
int modules_load(const char *folder, const struct modules_request *req, struct modules **ret,
		 struct error *err);
/* Puts back what was loaded, proves that it is loaded with the parameters it had, and frees m. */
int modules_restore(struct modules *m, struct error *err);
/* Marks the state as kept, and frees m. */
int modules_keep(struct modules *m, struct error *err);

/*
 * For every start: puts back what a killed run left.  ret_did tells whether there was anything.
 */
int modules_recover(const char *folder, bool *ret_did, struct error *err);
/* For `exitmeter restore`: puts that back, and also what is kept. */
int modules_recover_kept(const char *folder, bool *ret_did, struct error *err);

#endif
