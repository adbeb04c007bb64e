// SPDX-License-Identifier: GPL-2.0-only
#include "run/config_parse.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "run/config_option.h"

/* What getopt_long() returns: an option of the table as TABLE + its index, or one of these. */
enum { OPERAND = 1, FILE_OPTION = 256, OWN_FLAG, TABLE };

static bool is_taken(const struct command_line *line, const char *name)
{
	if (!line->only)
		return true;
	for (size_t i = 0; line->only[i]; i++)
		if (!strcmp(line->only[i], name))
			return true;
	return false;
}

/* The caller frees the list, which ends with an empty row. */
static struct option *make_list(const struct command_line *line)
{
	struct option *list = xcalloc(config_option_count + 4, sizeof(*list)), *next = list;

	*next++ = (struct option){ "help", no_argument, NULL, 'h' };
	if (line->read_file)
		*next++ = (struct option){ "config", required_argument, NULL, FILE_OPTION };
	if (line->flag.name)
		*next++ = (struct option){ line->flag.name, no_argument, NULL, OWN_FLAG };
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *o = &config_options[i];

		if (is_taken(line, o->name))
			*next++ = (struct option){ o->name, o->type == OPT_FLAG ? no_argument : required_argument,
						   NULL, TABLE + (int)i };
	}
	return list;
}

/*
 * The short options for getopt_long(); the caller frees.  "-": operands come in their place, as OPERAND; ":": what is
 * missing is told as ':'.
 */
static char *make_letters(const struct command_line *line)
{
	char *letters = xcalloc(3 * config_option_count + 4, 1);
	size_t len = (size_t)sprintf(letters, "-:h");

	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *o = &config_options[i];

		if (o->letter && is_taken(line, o->name))
			len += (size_t)sprintf(letters + len, "%c%s", o->letter, o->type == OPT_FLAG ? "" : ":");
	}
	return letters;
}

/* The value that the long option has for which the letter stands; other values stay. */
static int whole_value(int value)
{
	for (size_t i = 0; i < config_option_count; i++)
		if (config_options[i].letter && config_options[i].letter == value)
			return TABLE + (int)i;
	return value;
}

static const struct option *find_value(const struct option *list, int value)
{
	while (list->name && list->val != value)
		list++;
	return list;
}

/* getopt_long() takes an abbreviation; here it is refused, since a later option may make it ambiguous. */
static bool is_whole(const char *word, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(word, "--", 2) && !strncmp(word + 2, name, len) && (!word[2 + len] || word[2 + len] == '=');
}

static int refuse(const char *command, const char *word, struct error *err)
{
	return error_set(err, STATUS_USAGE, "%s%s%s: see exitmeter %s --help",
			 strncmp(word, "--", 2) ? "unexpected argument '" : "unknown option ", word,
			 strncmp(word, "--", 2) ? "'" : "", command);
}

static int take_operand(struct command_line *line, const char *command, const char *word, struct error *err)
{
	if (line->operand_count == line->operands_max)
		return refuse(command, word, err);
	line->operand[line->operand_count++] = word;
	return 0;
}

/* found: what getopt_long() returned for the word. */
static int take_option(struct config *c, struct command_line *line, int found, const struct option *option,
		       const char *word, const char *command, struct error *err)
{
	if (found == 'h' && !strncmp(word, "-h", 2))
		return 0;
	if (!option->name || (!strncmp(word, "--", 2) && !is_whole(word, option->name)))
		return refuse(command, word, err);
	if (found == ':')
		return error_set(err, STATUS_USAGE, "--%s needs a value", option->name);
	if (found == '?')
		return error_set(err, STATUS_USAGE, "--%s takes no value", option->name);
	if (found == OWN_FLAG)
		*line->flag.is_given = true;
	else if (found == FILE_OPTION)
		return line->read_file(c, optarg, err);
	else if (found >= TABLE)
		return config_option_set(c, &config_options[found - TABLE], optarg ? optarg : "", err);
	return 0;
}

int config_parse(struct config *c, struct command_line *line, int argc, char **argv,
		 struct error *err)
{
	_cleanup_free_ struct option *list = make_list(line);
	_cleanup_free_ char *letters = make_letters(line);
	int found, rc = 0;

	optind = 0;	/* glibc's getopt_long() then begins anew */
	while (rc == 0 && !line->wants_help) {
		int at = optind ? optind : 1;
		const char *word = at < argc ? argv[at] : NULL;

		found = whole_value(getopt_long(argc, argv, letters, list, NULL));
		if (found == -1) {
			if (word && !strcmp(word, "--") && !line->operands_max)
				rc = refuse(argv[0], word, err);
			break;
		}
		if (found == OPERAND)
			rc = take_operand(line, argv[0], optarg, err);
		else
			rc = take_option(c, line, found,
					 find_value(list, found == ':' || found == '?' ? whole_value(optopt) : found),
					 word, argv[0], err);
		line->wants_help = rc == 0 && found == 'h';
	}
	for (; rc == 0 && !line->wants_help && optind < argc; optind++)
		rc = take_operand(line, argv[0], argv[optind], err);
	return rc;
}
