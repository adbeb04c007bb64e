// SPDX-License-Identifier: GPL-2.0-only
/* pack DIR DEVICE: an L1 host hands its run folder to L0; host-init calls it. */
#include <stdio.h>

#include "bundle.h"
#include "commands.h"
#include "util.h"

int cmd_pack(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };

	if (argc != 3) {
		fputs("usage: exitmeter pack DIR DEVICE\n", stderr);
		return STATUS_USAGE;
	}
	if (bundle_write(argv[1], argv[2], &err) == 0)
		return STATUS_PASS;
	fprintf(stderr, "exitmeter: %s\n", err.message);
	return (int)err.status;
}
