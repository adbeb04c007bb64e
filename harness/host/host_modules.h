/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the modules under test fit the host that they are for, found out on L0 before anything boots.
 */
#ifndef EXITMETER_HOST_MODULES_H
#define EXITMETER_HOST_MODULES_H

#include <stdbool.h>

#include "run/session.h"

/*
 * Checks that the vendor's module is there, that both are built for the kernel of the host image, and that
 * a submission changes code which this host runs at all.  Notes in the evidence what our builder tells of
 * them.  kernel: that of the host image; NULL: its record does not name it.  STATUS_SKIP or STATUS_USAGE:
 * they do not fit; the message says what to do.
 */
int host_modules_check(struct host_run *run, bool is_vmx, const char *kernel, struct error *err);
/* Whether the modules are a submission that changes the code of the other vendor only. */
bool host_modules_are_for_other(const struct config *c, bool is_vmx);

#endif
