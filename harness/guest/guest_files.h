/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest is made of: its files in the run's scratch folder, and its description. */
#ifndef EXITMETER_GUEST_FILES_H
#define EXITMETER_GUEST_FILES_H

#include <stdbool.h>

#include "run/session.h"
#include "vm/domain_xml.h"

/* Files of the run that only live as long as it does. */
struct guest_files {
	char *name, *initrd, *overlay, *seed, *cmdline, *console, *records;
};

bool guest_is_micro(const struct config *c);
/* Only names; guest_files_make() makes initrd, or overlay and seed. */
void guest_files_name(const struct host_run *run, struct guest_files *f);
void guest_files_deinit(struct guest_files *f);
int guest_files_make(const struct host_run *run, const struct guest_files *f, struct error *err);
/* Borrows from both. */
struct domain_spec guest_files_spec(const struct config *c, const struct guest_files *f);

#endif
