/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of a loaded module, as /sys/module/NAME/parameters shows them: {"name": "value"}. */
#ifndef EXITMETER_MODULES_PARAMS_H
#define EXITMETER_MODULES_PARAMS_H

#include <jansson.h>

#include "base/error.h"

/* Reads all that may be read; the caller drops the reference. */
json_t *modules_params_read(const char *name);
/*
 * Writes parameters as options of a load, "a=1 b=2".  A value is left out where the kernel prints it
 * in another form than it takes.  The caller frees the text.
 */
char *modules_params_options(const json_t *parameters);
/* Returns those of the wanted ones that the module shows differently; the caller drops the reference. */
json_t *modules_params_differing(const char *name, const json_t *wanted);
/* Writes those that differ, as far as they may be written; the error names those that still differ. */
int modules_params_enforce(const char *name, const json_t *wanted, struct error *err);

#endif
