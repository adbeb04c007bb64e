/* SPDX-License-Identifier: GPL-2.0-only */
/* Checksums of files, by libgcrypt. */
#ifndef EXITMETER_DIGEST_H
#define EXITMETER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum digest_kind {
	DIGEST_NONE,
	DIGEST_SHA256,
	DIGEST_SHA512,
};

struct digest {
	enum digest_kind kind;
	char hex[129];		/* lower case */
};

/*
 * Hashing a large file takes seconds: between two pieces of it `pause` is called, and -1 from it
 * ends the hashing with its error.  NULL: the file is hashed to its end.
 */
typedef int (*digest_pause_fn)(struct error *err);

/* Writes the SHA-256 of a file as 64 hex digits and NUL. */
int digest_file(const char *path, digest_pause_fn pause, char ret_hex[65], struct error *err);
/* Hashes a file by the kind of digest that is asked for. */
int digest_file_as(const char *path, enum digest_kind kind, digest_pause_fn pause,
		   struct digest *ret, struct error *err);
/* Takes hex digits of either case; false: they are not as many as the kind has. */
bool digest_parse(enum digest_kind kind, const char *hex, size_t len, struct digest *ret);
const char *digest_name(enum digest_kind kind);

#endif
