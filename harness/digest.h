/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cached images and their manifests (image.json: what was built, from what,
 * and the size and SHA-256 of every file).  An image is verified before each
 * use, so that a truncated or altered one never boots.
 */
#ifndef EXITMETER_DIGEST_H
#define EXITMETER_DIGEST_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"

enum digest_kind {
	DIGEST_NONE,
	DIGEST_SHA256,
	DIGEST_SHA512,
};

struct digest {
	enum digest_kind kind;
	char hex[129];		/* lower case */
};

/* SHA-256 of a file as 64 hex digits and NUL. */
int digest_file(const char *path, char ret_hex[65], struct error *err);
/* The kind of digest that is asked for. */
int digest_file_as(const char *path, enum digest_kind kind, struct digest *ret, struct error *err);
/* Takes hex digits of either case; false: they are not as many as the kind has. */
bool digest_parse(enum digest_kind kind, const char *hex, size_t len, struct digest *ret);
const char *digest_name(enum digest_kind kind);
/*
 * Verifies every file that DIR/image.json lists.  what: "host image", "guest
 * image", for messages, as is remedy, the command that makes it.  file: the one
 * of its files that stands for it; it must be listed.  ret_brief is what a report
 * says of the image, an object of name, kernel, recipe, file, that file's sha256,
 * and of a fetched one serial, url and signed; the caller owns the reference.
 */
int image_verify(const char *dir, const char *what, const char *remedy, const char *file,
		 json_t **ret_brief, struct error *err);
/* The Debian suite that the host image in DIR is made of; the caller frees. */
char *image_suite(const char *dir, struct error *err);

#endif
