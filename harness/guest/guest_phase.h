/* SPDX-License-Identifier: GPL-2.0-only */
/* The phases of a guest's life, each named by what ends it.  Pure. */
#ifndef EXITMETER_GUEST_PHASE_H
#define EXITMETER_GUEST_PHASE_H

#include "run/config.h"

enum guest_phase {
	PHASE_START, PHASE_EARLY, PHASE_BOOT, PHASE_REBOOT, PHASE_BOOT2, PHASE_SHUTDOWN,
};

/* What a phase waits for, and for how long; the guest starts in the first of them. */
struct guest_limit {
	long seconds;
	const char *what;
};

/* What progress calls a phase, as in "guest to boot". */
const char *guest_phase_name(enum guest_phase phase);
struct guest_limit guest_phase_limit(const struct config *config, enum guest_phase phase);

#endif
