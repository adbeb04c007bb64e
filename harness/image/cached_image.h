/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images that came from a distribution's server, in CACHE/images/NAME: the
 * disk, the signed list that names its checksum, the signature, image.json.
 * Such a folder appears whole, by one rename, after all was verified, and is
 * verified again before each use, from the signature on.
 */
#ifndef EXITMETER_CACHED_IMAGE_H
#define EXITMETER_CACHED_IMAGE_H

#include <jansson.h>

#include "image/manifest.h"
#include "run/progress.h"

#define CACHED_IMAGE_DISK "disk.img"
#define CACHED_IMAGE_LIST "list"		/* of checksums */
#define CACHED_IMAGE_SIGNATURE "list.gpg"

/* The caller frees. */
char *cached_image_dir(const char *cache, const char *name);
char *cached_image_disk(const char *cache, const char *name);

struct cached_image_options {
	const char *cache;
	long connect_seconds, stall_seconds;
	bool is_refresh;	/* ask the server even if there is one in the cache */
	bool is_http_allowed;
	struct progress *progress;
};

/*
 * Sees to it that the folder is there: 0 when it was, or was fetched and
 * verified.  What is in the cache is left as it is on every failure.
 * STATUS_SKIP: the server cannot be reached, or gpgv or the keyring is missing.
 * STATUS_USAGE: refused; the message says why.
 */
int cached_image_ensure(const struct manifest *m, const struct cached_image_options *o, struct error *err);
/* Before use.  ret_brief: as built_image_verify()'s. */
int cached_image_verify(const struct manifest *m, const char *cache, json_t **ret_brief,
		   struct error *err);

/*
 * What the list in DIR, or the pin, says of the image, and when the list was
 * signed (0: it is pinned).  A list that is not signed by the key, or too old,
 * is STATUS_USAGE.
 */
int cached_image_expect(const struct manifest *m, const char *dir, struct digest *ret, time_t *ret_made,
		   struct error *err);
/* STATUS_USAGE unless DIR's disk is what is expected. */
int cached_image_check_disk(const char *dir, const struct digest *want, struct error *err);

#endif
