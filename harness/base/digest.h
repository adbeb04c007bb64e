/* SPDX-License-Identifier: GPL-2.0-only */
/* Checksums of files, computed by libgcrypt. */
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
 * Hashing a large file takes seconds.  `pause` is called between two pieces of the file; where it
 * returns -1, hashing ends with its error.  It may be NULL.
 */
typedef int (*digest_pause_fn)(struct error *err);

/* Writes the SHA-256 of a file as 64 hex digits and NUL. */
int digest_file(const char *path, digest_pause_fn pause, char ret_hex[65], struct error *err);
/* Writes the SHA-256 of bytes in memory as 64 hex digits and NUL. */
void digest_bytes(const void *data, size_t len, char ret_hex[65]);
/* Computes a digest of the given kind of a file. */
int digest_file_as(const char *path, enum digest_kind kind, digest_pause_fn pause,
		   struct digest *ret, struct error *err);
/*
 * Reads hex digits, in lower or upper case; false: some are no hex digits, or there are more or fewer
 * than a digest of this kind has.
 */
bool digest_parse(enum digest_kind kind, const char *hex, size_t len, struct digest *ret);
/* "SHA-256", "SHA-512" */
const char *digest_name(enum digest_kind kind);

#endif
