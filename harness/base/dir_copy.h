/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies a folder of regular files. */
#ifndef EXITMETER_DIR_COPY_H
#define EXITMETER_DIR_COPY_H

#include "base/error.h"

/*
 * Makes the folder `to`, which must not be there, with a copy of each file of `from`.  STATUS_USAGE: something in
 * it is no regular file (a link, a folder), or a copy fails; then what was made is removed.
 */
int dir_copy(const char *from, const char *to, struct error *err);
/* Says beforehand what dir_copy() would say of something that is no regular file.  It makes nothing. */
int dir_copy_check(const char *from, struct error *err);

#endif
