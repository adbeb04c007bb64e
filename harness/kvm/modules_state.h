/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM's modules were before they were changed, and the file it is written
 * to before anything is: whoever finds that file can put it all back.
 */
#ifndef EXITMETER_MODULES_STATE_H
#define EXITMETER_MODULES_STATE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "kvm/kmodule.h"

/* kvm and the vendor's module; loaded in this order, unloaded in the other. */
#define KVM_MODULES 2

struct module_before {
	char *name;
	bool was_loaded;
	struct module_identity identity;
	json_t *parameters;	/* name: value, as /sys/module shows them */
};

struct modules_state {
	bool is_kept;		/* reload, finished: the patched modules are to stay */
	struct module_before before[KVM_MODULES];
	json_t *brought;	/* names of modules that KVM's brought with them */
	/* What was put in, for status. */
	char *dir, *layout, *scope;
};

void modules_state_deinit(struct modules_state *s);
/* What is loaded now.  Changes nothing. */
int modules_state_take(const char *vendor, struct modules_state *ret, struct error *err);

int modules_state_write(const struct modules_state *s, const char *path, struct error *err);
/* 1: read, 0: no such file, or one of an earlier boot, which holds nothing any more. */
int modules_state_read(const char *path, struct modules_state *ret, struct error *err);

/* The parameters that the loaded module shows; the caller drops the reference. */
json_t *module_parameters(const char *name);
/* As load options, "a=1 b=\"x y\"": all but those that are no values to give back.  The caller frees. */
char *module_parameters_options(const json_t *parameters);
/* Those of the wanted ones that the loaded module shows otherwise; the caller drops the reference. */
json_t *module_parameters_differing(const char *name, const json_t *wanted);
/* Writes those that differ and may be written at run time; then an error names what still differs. */
int module_parameters_enforce(const char *name, const json_t *wanted, struct error *err);

#endif
