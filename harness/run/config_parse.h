/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of a command, by the table of options and getopt_long(). */
#ifndef EXITMETER_CONFIG_PARSE_H
#define EXITMETER_CONFIG_PARSE_H

#include "run/config.h"

#define OPERANDS_MAX 64

/* A flag that is of one command only, and not in the table. */
struct own_flag {
	const char *name;
	bool *is_given;		/* set to true where the flag is given */
};

struct command_line {
	/* Given by the command; zeroes and NULLs are fine. */
	const char *const *only;	/* names of the options that it takes, NULL at the end; NULL: all */
	struct own_flag flag;		/* .name is NULL where the command has none */
	int operands_max;		/* how many words it takes that belong to no option */
	/* Reads the file of --config FILE; NULL: the command has no such option. */
	int (*read_file)(struct config *c, const char *path, struct error *err);
	/* Set by config_parse(). */
	bool wants_help;		/* --help or -h was given; what follows it is not looked at */
	int operand_count;
	const char *operand[OPERANDS_MAX];	/* borrowed from argv */
};

/*
 * Takes "--name value" and "--name=value", in any order with the operands.  argv[0] is the command's
 * name.  STATUS_USAGE: an option is unknown or abbreviated, lacks its value, has one that it does not
 * take, or there are too many operands.
 */
int config_parse(struct config *c, struct command_line *line, int argc, char **argv,
		 struct error *err);

#endif
