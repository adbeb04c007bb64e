/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inputs.txt in the run folder says what the figures of a deterministic run come from, one input a
 * line, and nothing of where the input lies on this machine.  Two runs with the same inputs.txt
 * must have the same figures.
 */
#ifndef EXITMETER_HOST_INPUTS_H
#define EXITMETER_HOST_INPUTS_H

#include "host/host.h"

/*
 * Writes the file, and its SHA-256 into the evidence.  The images have been verified by then.
 * payload: path of the payload disk as the machine boots from it.
 * description: the machine's description, with bare names in place of paths.
 */
int host_inputs_write(const struct host_run *run, const char *payload, const char *description,
		      struct error *err);

#endif
