// SPDX-License-Identifier: GPL-2.0-only
#include "command/commands.h"

#include <stdio.h>

#include "base/error.h"
#include "run/config.h"

int command_with_config(int argc, char **argv, const char *help,
			int (*run)(const struct config *c))
{
	_cleanup_error_ struct error err = { 0 };
	bool wants_help = false;
	struct config c;
	int status;

	config_init(&c);
	if (config_parse(&c, argc, argv, &wants_help, &err) < 0 || config_resolve(&c, &err) < 0) {
		fprintf(stderr, "exitmeter: %s\n", err.message);
		status = (int)err.status;
	} else if (wants_help) {
		puts(help);
		status = STATUS_PASS;
	} else {
		status = run(&c);
	}
	config_deinit(&c);
	return status;
}
