/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cached images and their manifests (image.json: what was built, from what,
 * and the size and SHA-256 of every file).  An image is verified before each
 * use, so that a truncated or altered one never boots.
 */
#ifndef EXITMETER_DIGEST_H
#define EXITMETER_DIGEST_H

#include <jansson.h>

#include "error.h"

/* SHA-256 of a file as 64 hex digits and NUL. */
int digest_file(const char *path, char ret_hex[65], struct error *err);
/*
 * Verifies every file that DIR/image.json lists.  what: "host image", "guest
 * image", for messages.  ret_brief is what a report says of the image, an
 * object of name, kernel, recipe, file and that file's sha256; the caller owns
 * the reference.  file: the one of its files that stands for it; it must be listed.
 */
int image_verify(const char *dir, const char *what, const char *file, json_t **ret_brief,
		 struct error *err);

#endif
