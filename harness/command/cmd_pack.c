// SPDX-License-Identifier: GPL-2.0-only
/* pack DIR DEVICE: writes a run folder to the results disk, inside an L1 host. */
#include <stdio.h>

#include "base/error.h"
#include "command/commands.h"
#include "host/results_disk.h"

static int cmd_pack(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };

	if (argc != 3) {
		fputs("usage: exitmeter pack DIR DEVICE\n", stderr);
		return STATUS_USAGE;
	}
	if (results_disk_write(argv[1], argv[2], &err) < 0)
		return error_print(&err);
	return STATUS_PASS;
}

const struct command command_pack = { .name = "pack", .run = cmd_pack };
