/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and folders, read and written whole. */
#ifndef EXITMETER_FILE_H
#define EXITMETER_FILE_H

#include <stddef.h>

#include "base/error.h"

/*
 * Reads a whole file of at most max_bytes into a NUL-terminated buffer that
 * the caller frees.  ret_len may be NULL.  A longer file is an error.
 */
char *file_read(const char *path, size_t max_bytes, size_t *ret_len, struct error *err);
/* Writes aside and renames into place: a reader never sees half a file. */
int file_write(const char *path, const void *data, size_t len, struct error *err);

/* Makes the folders above `path`; one that cannot be made shows when `path` is. */
void dir_make_parents(const char *path);
/* mkdir -p. */
int dir_make(const char *path, struct error *err);
/* rm -rf, on one file system, links not followed; a missing path is fine. */
void dir_remove(const char *path);

#endif
