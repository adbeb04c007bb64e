// SPDX-License-Identifier: GPL-2.0-only
/* protocol: writes what images/host-init needs of run/protocol.h, as assignments for its shell. */
#include <stdio.h>

#include "base/error.h"
#include "command/commands.h"
#include "evidence/file_names.h"
#include "run/protocol.h"

static int cmd_protocol(int argc, char **argv)
{
	(void)argv;
	if (argc != 1) {
		fputs("usage: exitmeter protocol\n", stderr);
		return STATUS_USAGE;
	}
	/* None of the texts has a quote in it. */
	puts("ready='" PROTOCOL_READY "\\n'\n"
	     "end='" PROTOCOL_END "\\n'\n"
	     "clean='" PROTOCOL_CLEAN "'\n"
	     "seed='" PROTOCOL_SEED "'\n"
	     "caps='" PROTOCOL_CAPS "'\n"
	     "config='" FILE_CONFIG "'\n"
	     "evidence='" FILE_EVIDENCE "'\n"
	     "dmesg='" FILE_HOST_DMESG "'");
	return STATUS_PASS;
}

const struct command command_protocol = { .name = "protocol", .run = cmd_protocol };
