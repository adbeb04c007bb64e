/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest is made of: its files, and the description of its domain. */
#ifndef EXITMETER_GUEST_FILES_H
#define EXITMETER_GUEST_FILES_H

#include <stdbool.h>

#include "run/session.h"
#include "vm/domain_xml.h"

/*
 * Names of a guest's files and of its domain, all owned.  Console and records stay in the run
 * folder.
 */
struct guest_files {
	char *name, *initrd, *overlay, *seed, *uefi_vars, *cmdline, *console, *records;
	char *shell;	/* what is behind the console of a guest that is a shell: a socket, or a port of this L1; else NULL */
};

/* The name of the domain of the run with this scratch_id(); the caller frees it. */
char *guest_files_domain(const char *scratch_id);
bool guest_is_micro(const struct config *c);
/* Names the files and makes none. */
void guest_files_name(const struct host_run *run, struct guest_files *f);
void guest_files_deinit(struct guest_files *f);
/* Makes the micro guest's initrd, or the cloud guest's overlay and seed. */
int guest_files_make(const struct host_run *run, const struct guest_files *f, struct error *err);
/* Describes the domain.  What it returns borrows from both. */
struct domain_spec guest_files_spec(const struct config *c, const struct guest_files *f);

#endif
