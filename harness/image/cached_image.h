/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images of distributions, fetched into CACHE/images/NAME: the disk, the signed list that names its
 * checksum, the list's signature, and the record image.json (built_image.h).  Such a folder appears
 * by one rename, after all of it was verified, and all of it is verified again before each use.
 */
#ifndef EXITMETER_CACHED_IMAGE_H
#define EXITMETER_CACHED_IMAGE_H

#include <jansson.h>

#include "image/manifest.h"
#include "run/progress.h"

#define CACHED_IMAGE_DISK "disk.img"
#define CACHED_IMAGE_LIST "list"		/* of checksums */
#define CACHED_IMAGE_SIGNATURE "list.gpg"

/* The paths of an image's folder and of its disk; the caller frees. */
char *cached_image_dir(const char *cache, const char *name);
char *cached_image_disk(const char *cache, const char *name);

struct cached_image_options {
	const char *cache;
	long connect_seconds, stall_seconds;
	bool is_refresh;	/* asks the server even if the image is in the cache */
	bool is_http_allowed;
	struct progress *progress;
};

/*
 * Fetches and verifies the image unless it is in the cache.  On a failure the cache stays as it was.
 * STATUS_SKIP: the server cannot be reached, or gpgv or the keyring is missing.  STATUS_USAGE: the
 * image is refused, and the message says why.
 */
int cached_image_ensure(const struct manifest *m, const struct cached_image_options *o,
			struct error *err);
/* Verifies an image of the cache before it is used.  ret_brief is that of built_image_verify(). */
int cached_image_verify(const struct manifest *m, const char *cache, json_t **ret_brief,
			struct error *err);

/*
 * Finds the checksum that the disk must have: the manifest's own, or the one in the list in DIR.
 * ret_made: when that list was signed; 0 where the manifest has the checksum.  STATUS_USAGE: the list
 * is not signed by the manifest's key, or it is too old.
 */
int cached_image_expect(const struct manifest *m, const char *dir, struct digest *ret,
			time_t *ret_made, struct error *err);
/* STATUS_USAGE: the disk in DIR has another checksum. */
int cached_image_check_disk(const char *dir, const struct digest *want, struct error *err);

#endif
