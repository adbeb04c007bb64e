/* SPDX-License-Identifier: GPL-2.0-only */
/* Text templates: @NAME@ is replaced, anything else stands.  Pure. */
#ifndef EXITMETER_TEMPLATE_H
#define EXITMETER_TEMPLATE_H

#include <stddef.h>

#include "base/error.h"

struct template_var {
	const char *name;	/* upper case, digits and _ */
	const char *value;
};

/*
 * Replaces every @NAME@ by its value; a name that is not given is an error
 * (STATUS_USAGE), so that a typo never reaches a guest.  A value of several
 * lines is indented as its first line is, as YAML wants it.  "@@" is one "@".
 * Returns text that the caller frees, or NULL.
 */
char *template_render(const char *text, const struct template_var *vars, size_t count,
		      struct error *err);

#endif
