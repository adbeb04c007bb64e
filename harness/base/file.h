/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads and writes whole files; makes and removes folders. */
#ifndef EXITMETER_FILE_H
#define EXITMETER_FILE_H

#include <stddef.h>

#include "base/error.h"

/*
 * Reads a whole file into a buffer with a NUL behind it, which the caller frees.  A file of more than
 * max_bytes is an error.  ret_len may be NULL.
 */
char *file_read(const char *path, size_t max_bytes, size_t *ret_len, struct error *err);
/*
 * A name beside `path` that no other process takes, PATH.part.XXXXXXXX: two runs may write the same file of a cache.
 * The caller frees it.
 */
char *file_name_aside(const char *path);
/* Writes such a file and renames it to PATH, so that a reader never sees half a file. */
int file_write(const char *path, const void *data, size_t len, struct error *err);

/* Makes the folders above `path`.  Where one cannot be made, making `path` fails afterwards. */
void dir_make_parents(const char *path);
/* Makes a folder and those above it, as mkdir -p does. */
int dir_make(const char *path, struct error *err);
/*
 * Removes a file or a folder with all that is in it, as rm -rf --one-file-system does.  Failures are
 * ignored.
 */
void dir_remove(const char *path);

#endif
