// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/scenario.h"

#include <string.h>

#define BIT(point) (1u << (point))

static const char *const names[SCENARIOS] = { SCENARIO_WORDS };

const char *scenario_name(enum scenario scenario)
{
	return names[scenario];
}

int scenario_by_name(const char *name)
{
	for (int i = 0; i < SCENARIOS; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *scenario_title(enum scenario scenario)
{
	static const char *const titles[SCENARIOS] = {
		[SCENARIO_BOOT] = "from the VM's first instruction to boot complete",
		[SCENARIO_REBOOT] = "from the guest's order to reboot to boot complete again",
		[SCENARIO_SHUTDOWN] = "from boot complete to the end of shutdown",
		[SCENARIO_OPERATIONS] = "from boot complete to the end of the last operation",
		[SCENARIO_WORKLOAD] = "from just before the workload to its end",
	};

	return titles[scenario];
}

unsigned int scenario_points(enum scenario run)
{
	unsigned int points = BIT(EM_EARLY) | BIT(EM_BOOT) | BIT(EM_SHUTDOWN);

	if (run == SCENARIO_REBOOT)
		points |= BIT(EM_REBOOT) | BIT(EM_EARLY2) | BIT(EM_BOOT2);
	if (run == SCENARIO_OPERATIONS)
		points |= BIT(EM_OPERATIONS);
	if (run == SCENARIO_WORKLOAD)
		points |= BIT(EM_WORK) | BIT(EM_WORKED);
	return points;
}

bool scenario_span(enum scenario run, enum scenario scenario, struct span *ret)
{
	switch (scenario) {
	case SCENARIO_BOOT:
		*ret = (struct span){ SCENARIO_START, EM_BOOT };
		return true;
	case SCENARIO_REBOOT:
		*ret = (struct span){ EM_REBOOT, EM_BOOT2 };
		return run == SCENARIO_REBOOT;
	case SCENARIO_OPERATIONS:
		*ret = (struct span){ EM_BOOT, EM_OPERATIONS };
		return run == SCENARIO_OPERATIONS;
	case SCENARIO_WORKLOAD:
		*ret = (struct span){ EM_WORK, EM_WORKED };
		return run == SCENARIO_WORKLOAD;
	default:
		*ret = (struct span){ run == SCENARIO_REBOOT ? EM_BOOT2 : EM_BOOT, EM_SHUTDOWN };
		return true;
	}
}
