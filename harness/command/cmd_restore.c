// SPDX-License-Identifier: GPL-2.0-only
/* restore: puts KVM's stock modules back after a reload, or after a run that was killed. */
#include <stdio.h>

#include "base/error.h"
#include "command/commands.h"
#include "kvm/modules.h"
#include "run/config.h"

static int restore(const struct command_call *call, struct error *err)
{
	bool did;

	(void)call;
	if (modules_recover_kept(MODULES_FOLDER, &did, err) < 0)
		return -1;
	puts(did ? "KVM's modules are as they were before exitmeter changed them" :
		   "nothing to do: exitmeter has changed no module since this machine was started");
	return STATUS_PASS;
}

const struct command command_restore = {
	.name = "restore",
	.summary = "put KVM's stock modules back",
	.usage = "",
	.text = "Puts KVM's modules back as they were before `exitmeter reload`, or before a native\n"
		"run or a reload that was killed: the same builds, with the same parameters, and\n"
		"proves it.  Refuses while a VM runs on the patched ones, and names it.\n",
	.options = (const char *const[]){ NULL },
	.work = restore,
};
