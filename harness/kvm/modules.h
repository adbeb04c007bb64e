/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM's modules on the machine itself: stock out, patched in, stock back.
 *
 * What was loaded, which build of it and with which parameters, is written into
 * a state file before anything is changed.  There is one such file on a machine
 * (MODULES_FOLDER, gone after a boot, as the modules are), and a lock beside it,
 * which a live run holds: a state whose lock is free is that of one that was
 * killed, and the next start puts back what the file says; or it is marked as
 * kept (`exitmeter reload`), and only `exitmeter restore` does.
 *
 * For tests: with EXITMETER_DIE_AT=STEP in its environment the program kills
 * itself with SIGKILL after that step.  Steps: saved, vendor-out, kvm-out,
 * kvm-in, vendor-in, kept; restoring, back-vendor-out, back-kvm-out, back-kvm-in,
 * back-vendor-in.
 */
#ifndef EXITMETER_MODULES_H
#define EXITMETER_MODULES_H

#include <stdbool.h>

#include "base/error.h"

#define MODULES_FOLDER "/run/exitmeter"

enum kvm_vendor { VENDOR_NONE, VENDOR_SVM, VENDOR_VMX };

/* What this CPU offers, from /proc/cpuinfo's flags. */
enum kvm_vendor vendor_of_cpu(void);
/* "kvm_amd" or "kvm_intel". */
const char *vendor_module(enum kvm_vendor vendor);
/* "kvm-amd.ko" or "kvm-intel.ko". */
const char *vendor_file(enum kvm_vendor vendor);

struct modules_request {
	const char *dir;	/* folder with kvm.ko and kvm-amd.ko / kvm-intel.ko; NULL: stock */
	const char *layout;	/* goes to kvm.ko as exitmeter_layout; NULL: its own default */
	const char *scope;	/* goes to kvm.ko as exitmeter_scope */
	const char *vendor_params;	/* of the vendor's module, "a=1 b=2"; may be NULL */
};

struct modules;

/*
 * All that would make a load refuse, told without changing anything: no svm or
 * vmx, not root, KVM built in, no modules or those of another kernel, signatures
 * demanded, a KVM that is not the stock one, patched modules that are kept, and
 * whoever has KVM open, by name.
 */
int modules_check(const char *folder, const struct modules_request *req, struct error *err);
/*
 * Checks, unloads the KVM that is loaded, loads the one asked for and proves by
 * its build id or srcversion that the loaded module is the file's.  On an error
 * nothing stays changed.
 */
int modules_load(const char *folder, const struct modules_request *req, struct modules **ret,
		 struct error *err);
/* Both free m.  _restore puts back what was loaded, proves that it is, and so its parameters. */
int modules_restore(struct modules *m, struct error *err);
int modules_keep(struct modules *m, struct error *err);

/* For every start: puts back what one that was killed left; ret_did tells whether there was such. */
int modules_recover(const char *folder, bool *ret_did, struct error *err);
/* For `restore`: the same, and what is kept. */
int modules_recover_kept(const char *folder, bool *ret_did, struct error *err);

#endif
