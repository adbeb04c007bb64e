// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/commands.h"
#include "host/host.h"
#include "kvm/modules.h"
#include "run/config.h"

static int clean(const struct command_call *call, struct error *err)
{
	unsigned int swept;
	bool has_restored;

	/* The VMs of dead runs go first, because they hold the modules. */
	if (scratch_sweep(call->config->cache, host_native_restore, &swept, err) < 0 ||
	    modules_recover(MODULES_FOLDER, &has_restored, err) < 0)
		return -1;
	printf("%u dead run%s put away\n", swept, swept == 1 ? "" : "s");
	if (has_restored)
		puts("KVM's stock modules put back");
	return STATUS_PASS;
}

const struct command command_clean = {
	.name = "clean",
	.summary = "put back what a killed run left behind",
	.usage = "[--cache DIR]",
	.text = "Puts back what runs that were killed (kill -9) left behind: QEMU processes,\n"
		"kernel modules, temporary folders.  Every run does this first; live runs are\n"
		"not touched.\n",
	.options = (const char *const[]){ "cache", NULL },
	.work = clean,
};
