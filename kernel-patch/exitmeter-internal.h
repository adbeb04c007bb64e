/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the exitmeter*.c files share with each other. exitmeter.c uses the other
 * two, exitmeter-vms.c uses exitmeter-params.c, and exitmeter-params.c uses none.
 */
#ifndef __KVM_X86_EXITMETER_INTERNAL_H
#define __KVM_X86_EXITMETER_INTERNAL_H

#include <asm/exitmeter.h>

/* Which leaf answers with what: exitmeter_leaves in exitmeter.c spells it out. */
enum exitmeter_layout_id {
	EXITMETER_SPLIT,
	EXITMETER_COMBINED,
	EXITMETER_REVERSED,
	EXITMETER_NR_LAYOUTS
};

/* Whose exits are summed up. */
enum exitmeter_scope_id {
	EXITMETER_VM,
	EXITMETER_GLOBAL,
	EXITMETER_NR_SCOPES
};

/* A module parameter that takes one of several names. */
struct exitmeter_choice {
	const char *const *names;
	size_t nr_names;
	int chosen;				/* index into names */
};

/* Both are fixed from the moment that kvm.ko is loaded. */
extern struct exitmeter_choice exitmeter_layout;	/* enum exitmeter_layout_id */
extern struct exitmeter_choice exitmeter_scope;		/* enum exitmeter_scope_id */
/* Root may change this one at any time. */
extern bool exitmeter_log;

struct exitmeter_count exitmeter_read(struct kvm *kvm, unsigned int slot);

#endif /* __KVM_X86_EXITMETER_INTERNAL_H */
