/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the figures of a deterministic run come from: inputs.txt in the run folder, a line each, and
 * nothing of where it lies on this machine.  Two runs that have the same file are to have the same figures.
 */
#ifndef EXITMETER_HOST_INPUTS_H
#define EXITMETER_HOST_INPUTS_H

#include "host/host.h"

/*
 * After the images were verified.  payload: its disk, as it is booted from; description: the machine's, with
 * bare names.  The file's SHA-256 goes into the evidence.
 */
int host_inputs_write(const struct host_run *run, const char *payload, const char *description,
		      struct error *err);

#endif
