/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of the program: one file each, cmd_NAME.c.  `exitmeter --help`, `exitmeter COMMAND
 * --help`, the manual page and the completion are made from what these structs say.
 */
#ifndef EXITMETER_COMMANDS_H
#define EXITMETER_COMMANDS_H

#include <stdio.h>

#include "run/config_option.h"
#include "run/config_parse.h"

struct command {
	const char *name;
	const char *summary;	/* half a line; NULL: the command is for the program's own use */
	const char *usage;	/* what follows the name, "[--json] RUNDIR" */
	const char *text;	/* what it does: whole lines of at most 90 columns */
	/*
	 * The options that it has a use for, NULL at the end.  A NULL in place of the list: all that have
	 * a help, which --help then lists.
	 */
	const char *const *options;
	const char *own_flag, *own_flag_help;	/* a flag that no other command has, or NULL */
	const char *more;	/* what stands below the options: examples, exit codes; may be NULL */
	int (*run)(int argc, char **argv);	/* returns the exit code of the program */
};

extern const struct command command_run, command_grade, command_grades, command_replay, command_check, command_image,
	command_clean, command_reload, command_restore, command_status, command_manual, command_completion,
	command_protocol, command_ready, command_pack, command_poweroff;
/* All of them, NULL at the end; those with a summary come first. */
extern const struct command *const commands[];

void command_print_help(const struct command *command);
/* Whether the command has a use for that option of the table. */
bool command_has_option(const struct command *command, const struct config_option *o);
/* For commands without operands: parses, and prints the help or calls work with a resolved config. */
int command_with_config(const struct command *command, int argc, char **argv,
			int (*work)(const struct config *c));

#endif
