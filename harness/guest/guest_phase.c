// SPDX-License-Identifier: GPL-2.0-only
#include "guest/guest_phase.h"

const char *guest_phase_name(enum guest_phase phase)
{
	static const char *const names[] = {
		"guest start", "guest to early", "guest to boot", "guest to early again",
		"guest to boot again", "guest to off",
	};

	return names[phase];
}

struct guest_limit guest_phase_limit(const struct config *c, enum guest_phase phase)
{
	const struct guest_limit limits[] = {
		[PHASE_START] = { c->timeout_start, "its first byte" },
		[PHASE_EARLY] = { c->timeout_early, "the probe's first point" },
		[PHASE_BOOT] = { c->timeout_boot, "boot complete" },
		[PHASE_REBOOT] = { c->timeout_shutdown + c->timeout_early,
				   "the probe's first point after the reboot" },
		[PHASE_BOOT2] = { c->timeout_boot, "boot complete again" },
		[PHASE_SHUTDOWN] = { c->timeout_shutdown + (c->workload ? c->timeout_workload : 0), "power off" },
	};

	return (struct guest_limit){ limits[phase].seconds * config_patience(c), limits[phase].what };
}
