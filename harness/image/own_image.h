/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk image of the user's own.  qemu-img says what it is; what a guest boots is always raw, or a
 * qcow2 that stands alone, so that its SHA-256 says what was booted.
 */
#ifndef EXITMETER_OWN_IMAGE_H
#define EXITMETER_OWN_IMAGE_H

#include <stdbool.h>

#include "base/error.h"
#include "image/disk_layout.h"

struct own_image {
	char *format;			/* in QEMU's words: "qcow2", "vmdk" */
	char **files;			/* the image itself, and those that it cannot do without */
	unsigned int count;		/* of the files */
	bool is_plain;			/* raw, or a qcow2 that stands alone */
	struct disk_layout layout;
};

/*
 * Looks at an image.  STATUS_USAGE, with nothing in ret: it is no disk image, is truncated or damaged,
 * is encrypted, no firmware could boot it, or there is no room in it for a system; the message says what it is.  STATUS_SKIP: there is no
 * qemu-img.
 */
int own_image_look(const char *path, struct own_image *ret, struct error *err);
void own_image_deinit(struct own_image *image);
/* Makes a qcow2 that stands alone, with the same content. */
int own_image_flatten(const struct own_image *image, const char *to, struct error *err);
/*
 * Hashes it: the SHA-256 of its file, or, where there are several, of the list of theirs, each with a
 * newline behind it.
 */
int own_image_digest(const struct own_image *image, char ret_hex[65], struct error *err);

#endif
