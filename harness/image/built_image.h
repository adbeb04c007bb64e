/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A folder with an image has a record beside its files, image.json: what the image is, what it was
 * made from, and the size and SHA-256 of every file.  An image is verified by its record before each
 * use, so that a truncated or altered one never boots.
 */
#ifndef EXITMETER_BUILT_IMAGE_H
#define EXITMETER_BUILT_IMAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

/*
 * Verifies every file that DIR/image.json lists, or, where is_alone is true, no other file than
 * `file`: a micro guest needs the image's kernel and not its disk.  what ("host image") and remedy (the command that
 * makes it) are for messages.  file: the file that stands for the image; the record must list it.
 * ret_brief: what a report says of the image, an object with its name, kernel, recipe, file, and the
 * file's sha256; for a fetched image also its serial, url and signed.  The caller owns the reference.
 * STATUS_SKIP: there is no image; STATUS_USAGE: it is not what the record says.
 */
int built_image_verify(const char *dir, const char *what, const char *remedy, const char *file,
		       bool is_alone, json_t **ret_brief, struct error *err);
/* Returns the Debian suite that the host image in DIR is made of; the caller frees it. */
char *built_image_suite(const char *dir, struct error *err);

/*
 * Notes the file DIR/NAME in `files`, which is to be the object "files" of such a record.
 * STATUS_USAGE: it cannot be read.
 */
int built_image_note_file(json_t *files, const char *dir, const char *name, struct error *err);

#endif
