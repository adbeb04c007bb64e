/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM's modules on the machine itself: stock out, patched in, stock back.
 *
 * What was loaded, with which parameters, is written into a state file before
 * anything is changed; modules_restore() works from that file alone, so that
 * the start after a kill -9 can do it too.
 */
#ifndef EXITMETER_MODULES_H
#define EXITMETER_MODULES_H

#include "error.h"

enum kvm_vendor { VENDOR_NONE, VENDOR_SVM, VENDOR_VMX };

/* What this CPU offers, from /proc/cpuinfo's flags. */
enum kvm_vendor modules_cpu_vendor(void);
/* "kvm_amd" or "kvm_intel". */
const char *modules_vendor_name(enum kvm_vendor vendor);

struct modules_request {
	const char *dir;	/* folder with kvm.ko and kvm-amd.ko / kvm-intel.ko; NULL: stock */
	const char *layout;	/* goes to kvm.ko as exitmeter_layout */
	const char *scope;	/* goes to kvm.ko as exitmeter_scope */
	const char *vendor_params;	/* of the vendor's module, "a=1 b=2"; may be NULL */
	const char *state;	/* state file to write */
};

/*
 * Unloads the KVM that is loaded, loads the one asked for and proves by its
 * srcversion that the loaded module is the file's.  Refuses, naming the user,
 * where KVM is in use.  On an error nothing stays changed.
 */
int modules_load(const struct modules_request *req, struct error *err);
/* Puts back what the state file says and removes it; no file is no work. */
int modules_restore(const char *state, struct error *err);

#endif
