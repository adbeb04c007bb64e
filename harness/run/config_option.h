/* SPDX-License-Identifier: GPL-2.0-only */
/* The one table of options, for the files that make up config.h. */
#ifndef EXITMETER_CONFIG_OPTION_H
#define EXITMETER_CONFIG_OPTION_H

#include <stddef.h>

#include "run/config.h"

/* A path is a text that config_resolve() makes absolute: libvirt and qemu-img want it so. */
enum option_type { OPT_TEXT, OPT_PATH, OPT_CHOICE, OPT_NUMBER, OPT_FLAG };

struct option {
	const char *name;
	enum option_type type;
	size_t offset;
	const char *const *words;	/* of OPT_CHOICE: of choices.h */
	long min, max;		/* of OPT_NUMBER */
	long preset;		/* of OPT_NUMBER; of OPT_CHOICE, the enum */
	const char *help;	/* NULL: not in --help, meant for a run inside an L1 host */
};

extern const struct option config_options[];
extern const size_t config_option_count;

static inline void *config_field(struct config *c, const struct option *o)
{
	return (char *)c + o->offset;
}

/* The enum of an OPT_CHOICE: gcc and clang give those without negative values the type unsigned int. */
static inline unsigned int *config_choice(struct config *c, const struct option *o)
{
	return config_field(c, o);
}

/* NULL: there is none of that name. */
const struct option *config_option_find(const char *name, size_t len);
/* A value that the option cannot take is STATUS_USAGE. */
int config_option_set(struct config *c, const struct option *o, const char *value,
		      struct error *err);

#endif
