/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM's modules were before they were changed.  It is written to a file before anything is
 * changed, so that whoever finds that file can put it all back.
 */
#ifndef EXITMETER_MODULES_STATE_H
#define EXITMETER_MODULES_STATE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "kvm/kmodule_identity.h"

/* kvm, then the vendor's module: they are loaded in this order, and unloaded in the other one. */
#define KVM_MODULES 2

struct module_before {
	char *name;
	bool was_loaded;
	struct kmodule_identity identity;
	json_t *parameters;	/* as modules_params.h has them */
};

struct modules_state {
	bool is_kept;		/* `exitmeter reload` has ended, and its modules are to stay */
	struct module_before before[KVM_MODULES];
	json_t *brought;	/* names of modules that KVM's modules brought with them */
	char *dir, *layout, *scope;	/* of what was loaded instead, for `exitmeter status` */
};

/* The path of the state file in a folder; the caller frees it. */
char *modules_state_path(const char *folder);
/* Looks at what is loaded now, and changes nothing. */
int modules_state_take(const char *vendor, struct modules_state *ret, struct error *err);
int modules_state_write(const struct modules_state *s, const char *path, struct error *err);
/*
 * Returns 1: it was read; 0: there is no such file, or it is of an earlier boot and so holds nothing
 * any more; -1: it cannot be read, or makes no sense.
 */
int modules_state_read(const char *path, struct modules_state *ret, struct error *err);
void modules_state_deinit(struct modules_state *s);

#endif
