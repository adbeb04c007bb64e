/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside a clean L1 host: finds out what every run there would find out first. */
#ifndef EXITMETER_HOST_READY_H
#define EXITMETER_HOST_READY_H

#include "run/session.h"

/*
 * Asks the stock KVM for its CPUID leaves and libvirt for the capabilities of QEMU, and leaves both in
 * the cache of the run.  KVM's modules are as before in the end.
 */
int host_ready(struct host_run *run, struct error *err);

#endif
