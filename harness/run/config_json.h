/* SPDX-License-Identifier: GPL-2.0-only */
/* config.json: the table of options as an object, "name": value, and the number of its format. */
#ifndef EXITMETER_CONFIG_JSON_H
#define EXITMETER_CONFIG_JSON_H

#include <jansson.h>

#include "run/config.h"

/* Raised when a reader of the old format would misread the new one. */
#define CONFIG_FORMAT 1

/* All options as an object, whose reference is the caller's.  NULL with STATUS_USAGE: a value is not UTF-8. */
json_t *config_to_json(const struct config *c, struct error *err);
/* Writes all options, whether they were given or not. */
int config_write(const struct config *c, const char *path, struct error *err);
/*
 * Sets the options that the file gives.  A null and a false stand for an option that was not given,
 * and leave it as it is.  A file without a format number is read as one of format 1.  STATUS_USAGE:
 * the format is a later one, a key is no option, or a value is none that its option takes.
 */
int config_read(struct config *c, const char *path, struct error *err);
/* The same of an object that is part of another file. */
int config_from_json(struct config *c, const json_t *root, struct error *err);

#endif
