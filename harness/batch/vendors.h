/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On which hosts a subject is measured.  A change in vmx.c is not run on an SVM host, and one in svm.c not
 * on a VMX host: measured there, it would be the stock module that is judged.  Pure.
 */
#ifndef EXITMETER_VENDORS_H
#define EXITMETER_VENDORS_H

#include <stdbool.h>
#include <stddef.h>

#include "run/choices.h"

/* Whose code a subject has in it. */
enum vendors {
	VENDORS_UNKNOWN,	/* both vendors' modules, built by somebody else */
	VENDORS_COMMON,		/* only what both vendors have in common */
	VENDORS_SVM,
	VENDORS_VMX,
	VENDORS_BOTH,
	NR_VENDORS
};

#define VENDORS_HOSTS_MAX 2

/* The host that is taken where either would do. */
struct preferred_host {
	enum host_type host;	/* nested or an emulated one */
	bool is_vmx;		/* whether its CPU is of VMX */
};

/* The hosts to measure on, the preferred one first; returns how many. */
size_t vendors_hosts(enum vendors vendors, struct preferred_host preferred,
		     enum host_type ret[VENDORS_HOSTS_MAX]);
/* "its change is in vmx.c and the like, which an SVM host does not run"; NULL where there is nothing to say. */
const char *vendors_why(enum vendors vendors, struct preferred_host preferred);
bool vendors_host_is_vmx(enum host_type host, struct preferred_host preferred);
/* The vendors of a folder of modules, by the modules that are in it. */
enum vendors vendors_of_modules(bool has_svm, bool has_vmx);

#endif
