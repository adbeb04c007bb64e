/* SPDX-License-Identifier: GPL-2.0-only */
/* What qemu-img tells of an image that somebody has handed in. */
#ifndef EXITMETER_QEMU_IMG_H
#define EXITMETER_QEMU_IMG_H

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"

/*
 * qemu-img's description of an image and of those behind it, one object for each, as `info --output=json
 * --backing-chain` prints it; the caller releases it.  The file `into` is written on the way.  NULL:
 * STATUS_USAGE with qemu-img's own words, as it does for a file that it takes for truncated; STATUS_SKIP
 * where there is no qemu-img.
 */
json_t *qemu_img_chain(const char *path, const char *into, struct error *err);
/*
 * Holds one image of such a chain against the bytes that are there.  STATUS_USAGE: it is truncated or
 * damaged.  qemu-img opens such a thing without a word where the format lets it.
 */
int qemu_img_check(const json_t *link, const char *into, struct error *err);
/*
 * How many bytes of a disk are data, those of the images behind it too; what its tables or its holes say is zero
 * counts for none.
 */
int qemu_img_data(const char *path, const char *format, const char *into, uint64_t *ret_bytes, struct error *err);

#endif
