/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether this kernel takes a module that nobody signed: known before anything is unloaded. */
#ifndef EXITMETER_SIGNING_H
#define EXITMETER_SIGNING_H

#include <stdbool.h>

#include "base/error.h"

struct signing_facts {
	char lockdown[24];	/* "none", "integrity", "confidentiality"; "" where unknown */
	bool is_secure_boot;	/* the firmware says so */
	bool is_enforced;	/* module.sig_enforce */
	bool is_closed;		/* kernel.modules_disabled: no module at all, until the next boot */
};

/* root: "" for this machine; a folder with the same files for tests. */
void signing_gather(const char *root, struct signing_facts *ret);
/* is_signed: the modules in question are.  STATUS_SKIP with cause and remedy where they will be refused. */
int signing_require_loadable(const struct signing_facts *f, bool is_signed, struct error *err);
/* Whether the kernel's signature stands at the end of the file. */
bool signing_is_signed(const char *file);

#endif
