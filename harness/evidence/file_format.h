/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The "format" number in each JSON file that judging reads or writes.  harness/README.md has the
 * rule when to raise one.
 */
#ifndef EXITMETER_FILE_FORMAT_H
#define EXITMETER_FILE_FORMAT_H

#include <jansson.h>

#include "base/error.h"

/*
 * Raise a number when a reader of the old format would misread the new file: see harness/README.md.
 */
#define FORMAT_EVIDENCE 1
#define FORMAT_SUMMARY 1
#define FORMAT_VERDICTS 2
#define FORMAT_GRADES 2
#define FORMAT_PLAN 1
#define FORMAT_BATCH 1

/* Sets the number of a file's object. */
void file_format_set(json_t *json, int format);
/*
 * Checks that a file is of a format that this program knows, which is `known` or one before it.  A
 * file without a number was written before there were numbers, and is of format 1.  STATUS_USAGE:
 * it is of another format; the message names the file.
 */
int file_format_check(const json_t *json, const char *name, int known, struct error *err);

#endif
