/* SPDX-License-Identifier: GPL-2.0-only */
/* What modules.c asks before it changes anything; see modules_check() there. */
#ifndef EXITMETER_MODULES_CHECK_H
#define EXITMETER_MODULES_CHECK_H

#include "kvm/modules.h"
#include "kvm/modules_state.h"

/* The state file in the folder; the caller frees. */
char *modules_state_path(const char *folder);
/* That another exitmeter is at it. */
int modules_busy(struct error *err);

/* Of this machine, its kernel and the files. */
int modules_check_possible(const struct modules_request *req, struct error *err);
/* Of what is loaded now, which becomes ret: that it can be taken out, and be put back. */
int modules_check_present(const char *state_path, const char *vendor, struct modules_state *ret,
			  struct error *err);

#endif
