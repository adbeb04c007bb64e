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

/* What a command is called with. */
struct command_call {
	const struct config *config;	/* resolved */
	const char *const *operand;	/* the words that belong to no option */
	int operand_count;
	bool has_own_flag;		/* the command's own flag was given */
};

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
	const char *const *own_options;	/* more options that no other command has, NULL at the end; or NULL */
	const char *words;		/* one of which stands behind the command's name; NULL: none does */
	const char *more;	/* what stands below the options: examples, exit codes; may be NULL */
	bool takes_config;	/* it has --config FILE, and so takes what no help of its own lists */
	int operands_min, operands_max;
	const char *operands_wanted;	/* said where there are fewer or more; NULL where that is plain */
	/* One of the two is set, and returns the exit code of the program; work() may return -1, and err tells. */
	int (*work)(const struct command_call *call, struct error *err);
	int (*run)(int argc, char **argv);	/* parses for itself; argv[0] is the command's name */
};

extern const struct command command_run, command_batch, command_grade, command_grades, command_replay, command_check, command_image,
	command_clean, command_reload, command_restore, command_shell, command_status, command_stat, command_manual, command_completion,
	command_protocol, command_ready, command_pack, command_poweroff;
/* All of them, NULL at the end; those with a summary come first. */
extern const struct command *const commands[];

void command_print_help(const struct command *command);
/* Whether the command has a use for that option of the table. */
bool command_has_option(const struct command *command, const struct config_option *o);
/* Prints the help where that is wanted, or does the command's work, and prints why where it cannot. */
int command_carry_out(const struct command *command, int argc, char **argv);

#endif
