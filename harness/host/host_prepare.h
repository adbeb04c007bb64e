/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs on an L1 host may rely on is made in an L1 of its own, before anybody's modules are there:
 * libvirt's capabilities of the host image's QEMU, and the saved host (saved_host.h).
 */
#ifndef EXITMETER_HOST_PREPARE_H
#define EXITMETER_HOST_PREPARE_H

#include "host/host_boot.h"

/*
 * A stage, which takes a struct host_boot.  Finds the saved host that fits, sets b->saved, and makes
 * what is missing, for which it boots a clean L1.  Where that fails, or where another run is at it
 * right now, the run goes on without, and a note says so.  -1: a signal came.
 */
int host_prepare(void *boot, struct error *err);

#endif
