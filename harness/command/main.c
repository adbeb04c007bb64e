// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "command/commands.h"
#include "version.gen.h"

static void print_help(FILE *f)
{
	fputs("usage: exitmeter COMMAND [OPTION]...\n\n"
	      "Measures how often, why and for how long a guest leaves guest mode: boots a\n"
	      "guest on a patched KVM, reads the probe's records, judges them.\n\n", f);
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->summary)
			fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\nexitmeter COMMAND --help tells more.  `make measure` builds what a run needs first.\n"
	      "Exit codes: 0 every clause passed, 1 a clause failed, 2 usage or configuration,\n"
	      "3 guest or host lost, 77 a requirement is missing, 124 timed out,\n"
	      "129/130/143 stopped by SIGHUP/Ctrl-C/SIGTERM.\n", f);
}

static int unknown_command(const char *name)
{
	fprintf(stderr, "exitmeter: unknown command '%s': it is one of", name);
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->summary)
			fprintf(stderr, " %s", commands[i]->name);
	fputs(" (see exitmeter --help)\n", stderr);
	return STATUS_USAGE;
}

static int run_command(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return STATUS_PASS;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("exitmeter " EXITMETER_VERSION);
		return STATUS_PASS;
	}
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(argv[1], commands[i]->name))
			return command_carry_out(commands[i], argc - 1, argv + 1);
	return unknown_command(argv[1]);
}

/*
 * An ordinary user's PATH may lack the folders of mke2fs, debugfs and the like, which need no root.
 */
static void complete_path(void)
{
	static const char *const folders[] = { "/usr/local/sbin", "/usr/sbin", "/sbin" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const char *path = getenv("PATH");
		_cleanup_free_ char *between = xasprintf(":%s:", path ? path : "/usr/bin:/bin");
		_cleanup_free_ char *folder = xasprintf(":%s:", folders[i]), *longer = NULL;

		if (strstr(between, folder))
			continue;
		longer = xasprintf("%s:%s", path ? path : "/usr/bin:/bin", folders[i]);
		setenv("PATH", longer, 1);
	}
}

/* When the output could not be written, the exit code says so. */
int main(int argc, char **argv)
{
	int status;

	complete_path();
	status = run_command(argc, argv);

	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != STATUS_PASS)
		return status;
	perror("exitmeter: cannot write the output");
	return STATUS_USAGE;
}
