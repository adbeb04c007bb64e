// SPDX-License-Identifier: GPL-2.0-only
/*
 * What host-init ends an L1 host with.
 * pack DIR DEVICE [BYTES]: the run folder goes to L0, on the results disk, from byte BYTES on.
 * poweroff: process 1 asks the kernel itself, as there is no service manager.
 */
#include <stdio.h>
#include <sys/reboot.h>

#include "bundle.h"
#include "commands.h"
#include "util.h"

int cmd_pack(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };

	long long offset = argc == 4 ? atoll(argv[3]) : 0;

	if (argc < 3 || argc > 4 || offset < 0) {
		fputs("usage: exitmeter pack DIR DEVICE [BYTES]\n", stderr);
		return STATUS_USAGE;
	}
	if (bundle_write_at(argv[1], argv[2], offset, &err) == 0)
		return STATUS_PASS;
	fprintf(stderr, "exitmeter: %s\n", err.message);
	return (int)err.status;
}

int cmd_poweroff(int argc, char **argv)
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
