/* SPDX-License-Identifier: GPL-2.0-only */
/* The sandbox of an L1 host's emulator, made of what that host is given. */
#ifndef EXITMETER_HOST_SANDBOX_H
#define EXITMETER_HOST_SANDBOX_H

#include "host/machine.h"
#include "vm/sandbox.h"

/*
 * Makes the sandbox for the next start of a machine, for its files as they are now.  What this machine cannot do is
 * noted in the evidence of the run, and told.  ret_emulator: what libvirt is to take for QEMU; the caller frees it;
 * NULL: QEMU itself.
 */
int host_sandbox_make(const struct machine_spec *spec, const struct machine_kind *kind, const struct host_run *run,
		      struct sandbox *ret, char **ret_emulator, struct error *err);

#endif
