// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/commands.h"
#include "host/host.h"
#include "kvm/modules.h"
#include "run/config.h"

static int clean(const struct config *c)
{
	_cleanup_error_ struct error err = { 0 };
	unsigned int swept;
	bool has_restored;

	/* The VMs of dead runs go first, because they hold the modules. */
	if (scratch_sweep(c->cache, host_native_restore, &swept, &err) < 0 ||
	    modules_recover(MODULES_FOLDER, &has_restored, &err) < 0)
		return error_print(&err);
	printf("%u dead run%s put away\n", swept, swept == 1 ? "" : "s");
	if (has_restored)
		puts("KVM's stock modules put back");
	return STATUS_PASS;
}

static int cmd_clean(int argc, char **argv)
{
	return command_with_config(&command_clean, argc, argv, clean);
}

const struct command command_clean = {
	.name = "clean",
	.summary = "put back what a killed run left behind",
	.usage = "[--cache DIR]",
	.text = "Puts back what runs that were killed (kill -9) left behind: QEMU processes,\n"
		"kernel modules, temporary folders.  Every run does this first; live runs are\n"
		"not touched.\n",
	.options = (const char *const[]){ "cache", NULL },
	.run = cmd_clean,
};
