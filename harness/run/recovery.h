/* SPDX-License-Identifier: GPL-2.0-only */
/* What puts this machine back when a run that has changed it is killed. */
#ifndef EXITMETER_RECOVERY_H
#define EXITMETER_RECOVERY_H

#include "base/guardian.h"

/*
 * Starts a guardian that runs `exitmeter clean` with this cache if we die: it ends our VMs and puts
 * KVM's modules back.  For tests: with EXITMETER_NO_GUARDIAN in the environment there is none, as if
 * it had been killed with us.
 */
int recovery_guardian(const char *cache, struct guardian *ret, struct error *err);

#endif
