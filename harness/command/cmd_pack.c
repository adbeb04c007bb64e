// SPDX-License-Identifier: GPL-2.0-only
/* pack DIR DEVICE [BYTES]: an L1 host writes its run folder to the results disk, from byte BYTES on. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "command/commands.h"
#include "host/results_disk.h"

int cmd_pack(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	long long offset = argc == 4 ? atoll(argv[3]) : 0;

	if (argc < 3 || argc > 4 || offset < 0) {
		fputs("usage: exitmeter pack DIR DEVICE [BYTES]\n", stderr);
		return STATUS_USAGE;
	}
	if (results_disk_write_at(argv[1], argv[2], offset, &err) == 0)
		return STATUS_PASS;
	fprintf(stderr, "exitmeter: %s\n", err.message);
	return (int)err.status;
}
