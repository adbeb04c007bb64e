/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images that were built here, and their manifests (image.json: what was built, from what,
 * and the size and SHA-256 of every file).  An image is verified before each
 * use, so that a truncated or altered one never boots.
 */
#ifndef EXITMETER_BUILT_IMAGE_H
#define EXITMETER_BUILT_IMAGE_H

#include <jansson.h>

#include "base/error.h"

/*
 * Verifies every file that DIR/image.json lists.  what: "host image", "guest
 * image", for messages, as is remedy, the command that makes it.  file: the one
 * of its files that stands for it; it must be listed.  ret_brief is what a report
 * says of the image, an object of name, kernel, recipe, file, that file's sha256,
 * and of a fetched one serial, url and signed; the caller owns the reference.
 */
int built_image_verify(const char *dir, const char *what, const char *remedy, const char *file,
		 json_t **ret_brief, struct error *err);
/* The Debian suite that the host image in DIR is made of; the caller frees. */
char *built_image_suite(const char *dir, struct error *err);

#endif
