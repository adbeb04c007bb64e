// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "config.h"
#include "host.h"
#include "util.h"

static int clean(const struct config *c)
{
	_cleanup_error_ struct error err = { 0 };
	unsigned int swept;

	if (scratch_sweep(c->cache, host_native_restore, &swept, &err) < 0) {
		fprintf(stderr, "exitmeter: %s\n", err.message);
		return (int)err.status;
	}
	printf("%u dead run%s put away\n", swept, swept == 1 ? "" : "s");
	return STATUS_PASS;
}

int cmd_clean(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	struct config c;
	bool help;
	int status;

	config_init(&c);
	if (config_parse(&c, argc, argv, &help, &err) < 0 || config_resolve(&c, &err) < 0) {
		fprintf(stderr, "exitmeter: %s\n", err.message);
		status = (int)err.status;
	} else if (help) {
		puts("usage: exitmeter clean [--cache DIR]\n"
		     "Puts back what runs that were killed (kill -9) left behind: QEMU processes,\n"
		     "kernel modules, temporary folders.  Every run does this first; live runs are\n"
		     "not touched.");
		status = STATUS_PASS;
	} else {
		status = clean(&c);
	}
	config_deinit(&c);
	return status;
}
