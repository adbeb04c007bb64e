/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells whether this kernel loads modules that are not signed, before anything is unloaded. */
#ifndef EXITMETER_SIGNING_H
#define EXITMETER_SIGNING_H

#include <stdbool.h>

#include "base/error.h"

struct signing_facts {
	char lockdown[24];	/* "none", "integrity", "confidentiality"; "" where unknown */
	bool is_secure_boot;	/* the firmware says that Secure Boot is on */
	bool is_enforced;	/* module.sig_enforce is on */
	bool is_closed;		/* kernel.modules_disabled is 1: no module is loaded until the next boot */
};

/* root: "" for this machine; for tests, a folder with the files that it reads. */
void signing_gather(const char *root, struct signing_facts *ret);
/*
 * STATUS_SKIP: the kernel will refuse the modules; the message has the cause and the remedy.
 * is_signed: whether all of them are signed.
 */
int signing_require_loadable(const struct signing_facts *f, bool is_signed, struct error *err);
/*
 * STATUS_SKIP: the kernel is locked down, and opens no file of debugfs that may be written
 * (debugfs_locked_down() of fs/debugfs/file.c), be the modules signed or not.
 */
int signing_require_debugfs(const struct signing_facts *f, struct error *err);
/* Whether a module's file ends with a signature. */
bool signing_is_signed(const char *file);

#endif
