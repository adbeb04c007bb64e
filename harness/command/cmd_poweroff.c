// SPDX-License-Identifier: GPL-2.0-only
/* poweroff: switches an L1 host off.  Its process 1 asks the kernel, for there is no service manager. */
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "base/error.h"
#include "command/commands.h"

static int cmd_poweroff(int argc, char **argv)
{
	(void)argv;
	if (argc != 1 || getpid() != 1) {
		fputs("exitmeter: poweroff is for process 1 of an L1 host\n", stderr);
		return STATUS_USAGE;
	}
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

const struct command command_poweroff = { .name = "poweroff", .run = cmd_poweroff };
