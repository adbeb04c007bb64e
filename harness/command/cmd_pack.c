// SPDX-License-Identifier: GPL-2.0-only
/* pack DIR DEVICE [SLOT]: writes a run folder into a slot of the results disk, inside an L1 host. */
#include <stdlib.h>

#include "base/error.h"
#include "command/commands.h"
#include "host/results_disk.h"

/* The number of a slot, or -1 where the word is none. */
static long slot_of(const char *word)
{
	char *end;
	long slot = strtol(word, &end, 10);

	return end != word && !*end && slot >= 0 && slot < SUBJECTS_MAX ? slot : -1;
}

static int cmd_pack(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	long slot = argc == 4 ? slot_of(argv[3]) : 0;

	if (argc < 3 || argc > 4 || slot < 0) {
		fputs("usage: exitmeter pack DIR DEVICE [SLOT]\n", stderr);
		return STATUS_USAGE;
	}
	if (results_disk_write_at(argv[1], argv[2], results_disk_slot((unsigned int)slot), &err) < 0)
		return error_print(&err);
	return STATUS_PASS;
}

const struct command command_pack = { .name = "pack", .run = cmd_pack };
