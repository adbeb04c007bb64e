// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "command/commands.h"
#include "version.gen.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;	/* NULL: for the program's own use */
} commands[] = {
	{ "run", cmd_run, "boot a guest, measure its VM exits, judge, report" },
	{ "grade", cmd_grade, "run many subjects, each a folder of modules, in one boot" },
	{ "replay", cmd_replay, "judge a saved run folder again, without a VM" },
	{ "check", cmd_check, "say what this machine can do and what is missing" },
	{ "image", cmd_image, "fetch a distribution's cloud image, verified" },
	{ "clean", cmd_clean, "put back what a killed run left behind" },
	{ "reload", cmd_reload, "load the patched KVM modules, and keep them loaded" },
	{ "restore", cmd_restore, "put KVM's stock modules back" },
	{ "status", cmd_status, "say which KVM modules are loaded, and who holds them" },
	{ "pack", cmd_pack, NULL },
	{ "poweroff", cmd_poweroff, NULL },
};

static void print_help(FILE *f)
{
	fputs("usage: exitmeter COMMAND [OPTION]...\n\n"
	      "Measures how often, why and for how long a guest leaves guest mode: boots a\n"
	      "guest on a patched KVM, reads the probe's records, judges them.\n\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].help)
			fprintf(f, "  %-8s %s\n", commands[i].name, commands[i].help);
	fputs("\nexitmeter COMMAND --help tells more.  `make measure` builds what a run needs first.\n"
	      "Exit codes: 0 every clause passed, 1 a clause failed, 2 usage or configuration,\n"
	      "3 guest or host lost, 77 a requirement is missing, 124 timed out,\n"
	      "129/130/143 stopped by SIGHUP/Ctrl-C/SIGTERM.\n", f);
}

static int unknown_command(const char *name)
{
	fprintf(stderr, "exitmeter: unknown command '%s': it is one of", name);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].help)
			fprintf(stderr, " %s", commands[i].name);
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
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return unknown_command(argv[1]);
}

/* A report that did not reach its file must not look like one that did. */
int main(int argc, char **argv)
{
	int status = run_command(argc, argv);

	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != STATUS_PASS)
		return status;
	perror("exitmeter: cannot write the output");
	return STATUS_USAGE;
}
