/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the text of an edition; kernel-patch/editions/README.md describes its form. */
#ifndef EXITMETER_EDITION_PARSE_H
#define EXITMETER_EDITION_PARSE_H

#include <stddef.h>

#include "base/error.h"
#include "judge/edition.h"

#define EDITION_TEXT_MAX 65536

/* A name has lower-case letters, digits and single dashes, and at most EDITION_NAME_MAX of them. */
bool edition_is_name(const char *text);
/*
 * Reads an edition.  A clause that needs a figure which the edition has not is not asked; one that
 * is not listed is good practice.  STATUS_USAGE: the message tells the line and what is wrong.
 */
int edition_parse(const char *name, const char *text, size_t len, struct edition *ret, struct error *err);

#endif
