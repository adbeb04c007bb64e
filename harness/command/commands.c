// SPDX-License-Identifier: GPL-2.0-only
#include "command/commands.h"

#include <string.h>

#include "base/error.h"
#include "run/config_json.h"
#include "run/config_option.h"

const struct command *const commands[] = {
	&command_run,	    &command_grade,	 &command_grades,   &command_replay,   &command_check,  &command_image,
	&command_clean,	    &command_reload,	 &command_restore,  &command_status, &command_manual,
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

int command_with_config(const struct command *command, int argc, char **argv,
			int (*work)(const struct config *c))
{
	struct command_line line = { .read_file = config_read };
	_cleanup_error_ struct error err = { 0 };
	struct config c;
	int status = STATUS_PASS;

	config_init(&c);
	if (config_parse(&c, &line, argc, argv, &err) < 0 ||
	    (!line.wants_help && config_resolve(&c, &err) < 0))
		status = error_print(&err);
	else if (line.wants_help)
		command_print_help(command);
	else
		status = work(&c);
	config_deinit(&c);
	return status;
}
