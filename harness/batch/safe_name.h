/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of people and of what they handed in, as names of folders.
 *
 * A course system exports names with spaces, commas, umlauts, parentheses and leading dashes.  A name of
 * letters, digits, '.', '_' and '-' that begins with a letter or digit is a folder's name as it is.  Of
 * another name the other characters become '_', and "-" with six digits of its SHA-256 follows, so that
 * two names never share a folder and a name has the same folder each time, whatever else is in the list.
 * plan.json has both.
 */
#ifndef EXITMETER_SAFE_NAME_H
#define EXITMETER_SAFE_NAME_H

#define SAFE_NAME_MAX 63

/* The caller frees. */
char *safe_name(const char *name);

#endif
