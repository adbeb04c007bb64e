// SPDX-License-Identifier: GPL-2.0-only
/* manual: writes exitmeter(1) as man(7) source, from the tables that --help is written from. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/commands.h"
#include "run/config_option.h"
#include "version.gen.h"

/* Prints text so that roff takes no character of it as its own. */
static void put_text(const char *text)
{
	bool is_line_start = true;

	for (; *text; text++) {
		if (is_line_start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '`')
			fputs("\\(ga", stdout);
		else if (*text == '\'')
			fputs("\\(aq", stdout);
		else if (*text == '^')
			fputs("\\(ha", stdout);
		else if (*text == '~')
			fputs("\\(ti", stdout);
		else
			putchar(*text);
		is_line_start = *text == '\n';
	}
}

static void put_as_it_stands(const char *text)
{
	fputs(".PP\n.nf\n", stdout);
	put_text(text + (*text == '\n'));
	fputs(".fi\n", stdout);
}

static void put_command(const struct command *command)
{
	printf(".SS ");
	put_text(command->name);
	fputs("\n.B exitmeter ", stdout);
	put_text(command->name);
	fputs("\n", stdout);
	put_text(command->usage);
	if (*command->usage)
		putchar('\n');
	put_as_it_stands(command->text);
	if (command->more)
		put_as_it_stands(command->more);
	fputs(".PP\nOptions:", stdout);
	for (size_t i = 0; i < config_option_count; i++)
		if (command->options && command_has_option(command, &config_options[i])) {
			fputs("\n.BR \\-\\-", stdout);
			put_text(config_options[i].name);
		}
	if (command->own_flag)
		printf("\n.BR \\-\\-%s", command->own_flag);
	for (size_t i = 0; command->own_options && command->own_options[i]; i++)
		printf("\n.BR \\-\\-%s", command->own_options[i]);
	fputs(command->options ? "\n.B \\-\\-help\n" : " all those below.\n", stdout);
}

static void put_option(const struct config_option *o)
{
	static const char *const values[] = {
		[OPT_TEXT] = "TEXT", [OPT_PATH] = "PATH", [OPT_CHOICE] = "WORD", [OPT_NUMBER] = "N",
	};

	fputs(".TP\n.BI \\-\\-", stdout);
	put_text(o->name);
	printf("%s%s\n", o->type == OPT_FLAG ? "" : " \" \" ", o->type == OPT_FLAG ? "" : values[o->type]);
	put_text(o->help);
	if (o->type == OPT_NUMBER)
		printf(" (default %ld)", o->preset);
	else if (o->type == OPT_CHOICE)
		printf(" (default %s)", o->words[o->preset]);
	putchar('\n');
}

static const char after_options[] =
	".TP\n.BI \\-\\-config \" \" FILE\nread options from the config.json of an earlier run\n"
	".TP\n.BR \\-h \", \" \\-\\-help\ntell what the command does\n"
	".SH EXIT STATUS\n"
	".TP\n.B 0\nEvery clause passed.\n"
	".TP\n.B 1\nA clause failed.\n"
	".TP\n.B 2\nThe command line, the configuration or this machine's state does not allow it.\n"
	".TP\n.B 3\nThe guest or the host was lost.\n"
	".TP\n.B 77\nA requirement is missing.\n"
	".TP\n.B 124\nA phase took longer than it may.\n"
	".TP\n.BR 129 , \" 130\" , \" 143\"\nSIGHUP, SIGINT or SIGTERM stopped the run.\n"
	".SH ENVIRONMENT\n"
	".TP\n.BR HOME \", \" XDG_CACHE_HOME\nThe cache is $XDG_CACHE_HOME/exitmeter, or else $HOME/.cache/exitmeter;\n"
	"where HOME is not set, that of the user.\n"
	".TP\n.B LIBVIRT_URI\nThe libvirt connection, where \\-\\-libvirt\\-uri gives none.\n"
	".TP\n.B IMAGE_MIRROR\nA server of cloud images, in place of the distribution's.\n"
	".TP\n.B IMAGE_HTTP\n1: cloud images may come over plain HTTP. They are verified all the same.\n"
	".SH FILES\n"
	".TP\n.I ~/.cache/exitmeter\nThe cache: images, builds, and the run folders in runs/.\n"
	".TP\n.I /run/exitmeter\nWhich KVM modules were loaded before they were exchanged.\n"
	".SH EXAMPLES\n"
	".TP\n.B exitmeter run \\-\\-guest micro\nThe fast loop, on any machine.\n"
	".TP\n.B exitmeter check \\-\\-host native\nWhat this machine lacks for a run on its own KVM.\n"
	".TP\n.B exitmeter replay ~/.cache/exitmeter/runs/latest\nJudges the last run again.\n";

static int cmd_manual(int argc, char **argv)
{
	(void)argv;
	if (argc != 1) {
		fputs("usage: exitmeter manual\n", stderr);
		return STATUS_USAGE;
	}
	puts(".\\\" Made by `exitmeter manual` of the program's own tables.\n"
	     ".TH EXITMETER 1 \"\" \"exitmeter " EXITMETER_VERSION "\"\n"
	     ".nh\n.ad l\n"
	     ".SH NAME\nexitmeter \\- measure how often, why and for how long a guest leaves guest mode\n"
	     ".SH SYNOPSIS\n.B exitmeter\n.I COMMAND\n.RI [ OPTION ]...\n"
	     ".SH DESCRIPTION\n"
	     "Boots a guest on a patched KVM, reads the records of the probe in it, and judges them by\n"
	     "clauses: statements on the counts that have to hold.\n"
	     ".SH COMMANDS");
	for (size_t i = 0; commands[i]->summary; i++)
		put_command(commands[i]);
	puts(".SH OPTIONS");
	for (size_t i = 0; i < config_option_count; i++)
		if (config_options[i].help)
			put_option(&config_options[i]);
	fputs(after_options, stdout);
	return STATUS_PASS;
}

const struct command command_manual = { .name = "manual", .run = cmd_manual };
