/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that would make modules_load() (modules.h) refuse, found before anything is changed. */
#ifndef EXITMETER_MODULES_CHECK_H
#define EXITMETER_MODULES_CHECK_H

#include "kvm/modules_state.h"

struct modules_request {
	const char *dir;	/* folder with kvm.ko and kvm-amd.ko or kvm-intel.ko; NULL: the stock ones */
	const char *layout;	/* goes to kvm.ko as exitmeter_layout; NULL: the module's own default */
	const char *scope;	/* goes to kvm.ko as exitmeter_scope */
	const char *vendor_params;	/* options of the vendor's module, "a=1 b=2"; may be NULL */
};

/*
 * Tells what is in the way: no svm or vmx, not root, a KVM that is built in, what surroundings.h finds, no modules or
 * modules of another kernel, a demand for signatures, a loaded KVM that is not the stock one, patched modules that are
 * kept, and whoever uses KVM, by name.  folder: where the state file is.
 */
int modules_check(const char *folder, const struct modules_request *req, struct error *err);

/* The part of it that needs nothing but a look at who we are: only root may change kernel modules, and not every root. */
int modules_require_rights(struct error *err);
/* The part of it that looks at this machine, its kernel and the files of the request. */
int modules_check_possible(const struct modules_request *req, struct error *err);
/*
 * The part of it that looks at the modules which are loaded now: whether they can be unloaded, and
 * loaded again afterwards.  ret: those modules.
 */
int modules_check_present(const char *state_path, const char *vendor, struct modules_state *ret,
			  struct error *err);

#endif
