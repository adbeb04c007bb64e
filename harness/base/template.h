/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills in text templates: @NAME@ is replaced, anything else stays.  Pure. */
#ifndef EXITMETER_TEMPLATE_H
#define EXITMETER_TEMPLATE_H

#include <stddef.h>

#include "base/error.h"

struct template_var {
	const char *name;	/* of upper-case letters, digits and _ */
	const char *value;
};

/*
 * Replaces every @NAME@ by its value, and "@@" by "@".  A name that is not given is STATUS_USAGE, so that
 * a typo never reaches a guest.  All lines of a value are indented as its first line is, as YAML wants
 * it.  Returns a text that the caller frees, or NULL.
 */
char *template_render(const char *text, const struct template_var *vars, size_t count,
		      struct error *err);

#endif
