// SPDX-License-Identifier: GPL-2.0-only
/* completion: writes a script for bash that completes commands, options and their words. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/commands.h"
#include "judge/edition_builtin.h"
#include "run/config_option.h"

static void put_words(const char *const *words)
{
	for (; *words; words++)
		printf(" %s", *words);
}

/* Writes the case of a command: what is offered where a word of an option may begin. */
static void put_options(const struct command *command)
{
	printf("\t%s) words='--help", command->name);
	for (size_t i = 0; i < config_option_count; i++)
		if (command_has_option(command, &config_options[i]))
			printf(" --%s", config_options[i].name);
	if (command->own_flag)
		printf(" --%s", command->own_flag);
	for (size_t i = 0; command->own_options && command->own_options[i]; i++)
		printf(" --%s", command->own_options[i]);
	if (command->words)
		printf(" %s", command->words);
	printf("%s' ;;\n", command->options ? "" : " --config");
}

/* An edition is a name or a file. */
static void put_editions(void)
{
	fputs("mapfile -t COMPREPLY < <(compgen -W '" EDITION_AUTO, stdout);
	for (unsigned int i = 0; i < edition_count; i++)
		printf(" %s", edition_name(i));
	puts("' -f -- \"$word\"); return ;;");
}

/* Writes the case of an option: what is offered behind it. */
static void put_values(const struct config_option *o)
{
	if (o->type == OPT_FLAG)
		return;
	printf("\t--%s) ", o->name);
	if (!strcmp(o->name, "edition")) {
		put_editions();
		return;
	}
	if (o->type == OPT_PATH) {
		puts("mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;");
		return;
	}
	fputs("words='", stdout);
	if (o->type == OPT_CHOICE)
		put_words(o->words);
	puts("' ;;");
}

static void put_bash(void)
{
	puts("# bash completion of exitmeter, made by `exitmeter completion bash`\n"
	     "_exitmeter()\n{\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=\n"
	     "\tCOMPREPLY=()\n"
	     "\tcase $command in");
	for (size_t i = 0; commands[i]->summary; i++)
		put_options(commands[i]);
	puts("\tesac\n"
	     "\tcase $previous in\n"
	     "\t--config) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;");
	for (size_t i = 0; i < config_option_count; i++)
		put_values(&config_options[i]);
	fputs("\tesac\n"
	      "\t[ \"$COMP_CWORD\" != 1 ] || words='--help --version", stdout);
	for (size_t i = 0; commands[i]->summary; i++)
		printf(" %s", commands[i]->name);
	puts("'\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	     "\t[[ $word == -* || $command != replay ]] || mapfile -t COMPREPLY < <(compgen -d -- \"$word\")\n"
	     "}\n"
	     "complete -o filenames -F _exitmeter exitmeter");
}

static int cmd_completion(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "bash")) {
		fputs("usage: exitmeter completion bash\n", stderr);
		return STATUS_USAGE;
	}
	put_bash();
	return STATUS_PASS;
}

const struct command command_completion = { .name = "completion", .run = cmd_completion };
