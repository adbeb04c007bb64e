/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one table of options.  The command line, --help, the manual page, the completion, config.json
 * and what a run inside an L1 host is told all follow from it.
 */
#ifndef EXITMETER_CONFIG_OPTION_H
#define EXITMETER_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "run/config.h"

/* A path is a text that config_resolve() makes absolute, because libvirt and qemu-img need it so. */
enum option_type { OPT_TEXT, OPT_PATH, OPT_CHOICE, OPT_NUMBER, OPT_FLAG };

/* What becomes of an option in the config.json that a run inside an L1 host reads. */
enum option_inner {
	INNER_UNSAID,		/* The row of a new option lacks it: a test fails, and payload.c aborts. */
	INNER_KEPT,		/* It has the value that it has outside. */
	INNER_DROPPED,		/* It has its default: L0 has done it, or the L1 has a place of its own. */
	INNER_THERE,		/* It has the value `there`, if it has any value outside. */
	INNER_STRETCHED,	/* It is multiplied by the machine's patience, up to max. */
	INNER_PLACED,		/* payload.c gives it a value that depends on the machine or the guest. */
};

struct config_option {
	const char *name;
	char letter;			/* short for it, `-i`; 0: there is none */
	enum option_type type;
	size_t offset;			/* of the field in struct config */
	const char *const *words;	/* of OPT_CHOICE: a list of choices.h */
	long min, max;			/* of OPT_NUMBER */
	long preset;			/* of OPT_NUMBER; of OPT_CHOICE: the enum */
	enum option_inner inner;
	const char *there;		/* of INNER_THERE */
	const char *help;		/* NULL: the option is meant for a run inside an L1 host. */
};

extern const struct config_option config_options[];
extern const size_t config_option_count;

static inline void *config_field(struct config *config, const struct config_option *o)
{
	return (char *)config + o->offset;
}

/* The field of an OPT_CHOICE.  gcc and clang store an enum without negative values as unsigned int. */
static inline unsigned int *config_choice(struct config *config, const struct config_option *o)
{
	return config_field(config, o);
}

/* The option of that name, or NULL. */
const struct config_option *config_option_find(const char *name, size_t len);
/* Sets the option, a flag to true whatever the value.  STATUS_USAGE: it cannot take that value. */
int config_option_set(struct config *c, const struct config_option *o, const char *value,
		      struct error *err);
/* Whether somebody has set the option, by the command line or by a file. */
bool config_is_given(const struct config *c, const char *name);
/*
 * Whether the host that was asked for is Bochs.  What FIRMWARE_AUTO comes to is known when a run has looked at its disk:
 * before, a disk of the user's own may need it.
 */
bool config_wants_bochs(const struct config *c);
/* Gives the option in `to` the value that it has in `from`. */
void config_option_copy(struct config *to, const struct config *from, const struct config_option *o);
/* Gives all of them, and which were given.  `to` is one that config_init() has seen. */
void config_copy(struct config *to, const struct config *from);

#endif
