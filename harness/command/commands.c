// SPDX-License-Identifier: GPL-2.0-only
#include "command/commands.h"

#include <string.h>

#include "base/error.h"
#include "run/config_json.h"
#include "run/config_option.h"

const struct command *const commands[] = {
	&command_run,	    &command_shell,	 &command_batch,	 &command_grade,	 &command_grades,   &command_replay,   &command_check,  &command_image,
	&command_clean,	    &command_reload,	 &command_restore,  &command_status, &command_stat, &command_manual,
	&command_completion, &command_protocol, &command_ready,   &command_pack,
	&command_poweroff,  NULL
};

bool command_has_option(const struct command *command, const struct config_option *o)
{
	if (!command->options)
		return o->help;
	for (size_t i = 0; command->options[i]; i++)
		if (!strcmp(command->options[i], o->name))
			return true;
	return false;
}

/* Prints the lines of a help below each other. */
static void print_option(const char *name, const char *help)
{
	printf("  --%-18s", name);
	for (const char *nl; (nl = strchr(help, '\n')); help = nl + 1)
		printf(" %.*s\n%22s", (int)(nl - help), help, "");
	printf(" %s", help);
}

static void print_options(void)
{
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *o = &config_options[i];

		if (!o->help)
			continue;
		print_option(o->name, o->help);
		if (o->type == OPT_NUMBER)
			printf(" (default %ld)", o->preset);
		else if (o->type == OPT_CHOICE)
			printf(" (default %s)", o->words[o->preset]);
		putchar('\n');
	}
	print_option("config FILE", "read options from the config.json of an earlier run");
	putchar('\n');
}

void command_print_help(const struct command *command)
{
	printf("usage: exitmeter %s%s%s\n", command->name, *command->usage ? " " : "", command->usage);
	fputs(command->text, stdout);
	if (!command->options) {
		putchar('\n');
		print_options();
	}
	if (command->more)
		printf("\n%s", command->more);
}

static int parse(const struct command *command, struct config *c, struct command_line *line, int argc,
		 char **argv, struct error *err)
{
	if (config_parse(c, line, argc, argv, err) < 0)
		return -1;
	if (line->wants_help)
		return 0;
	if (line->operand_count < command->operands_min || line->operand_count > command->operands_max)
		return error_set(err, STATUS_USAGE, "%s (see exitmeter %s --help)", command->operands_wanted,
				 command->name);
	return config_resolve(c, err);
}

static int parse_and_work(const struct command *command, int argc, char **argv)
{
	struct command_call call = { 0 };
	struct command_line line = { .only = command->takes_config ? NULL : command->options,
				     .read_file = command->takes_config ? config_read : NULL,
				     .flag = { command->own_flag, &call.has_own_flag },
				     .operands_max = command->operands_max + !!command->operands_wanted };
	_cleanup_error_ struct error err = { 0 };
	struct config c;
	int status;

	config_init(&c);
	status = parse(command, &c, &line, argc, argv, &err);
	call.config = &c;
	call.operand = line.operand;
	call.operand_count = line.operand_count;
	if (status == 0 && line.wants_help)
		command_print_help(command);
	else if (status == 0)
		status = command->work(&call, &err);
	if (status < 0)
		status = error_print(&err);
	config_deinit(&c);
	return status;
}

int command_carry_out(const struct command *command, int argc, char **argv)
{
	return command->run ? command->run(argc, argv) : parse_and_work(command, argc, argv);
}
