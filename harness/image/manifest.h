/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Image manifests (images/manifests/): where a distribution's cloud image is,
 * and what makes it the real one.  A line each, KEY VALUE; # begins a comment:
 *
 *     base URL             the server, ending in /; IMAGE_MIRROR takes its place
 *     folder PATH/         on it; @SERIAL@ stands for the serial, here and in file
 *     serial WORD          a build, or `current`: what the folder has now
 *     file NAME            the disk image
 *     format qcow2|raw
 *
 * and either a list of checksums that the distribution signs,
 *
 *     sums NAME            SHA256SUMS or SHA512SUMS, beside the file
 *     signature NAME       detached, beside it
 *     keyring NAME|/PATH   in /usr/share/keyrings or CACHE/keyrings
 *     key FINGERPRINT      of the one key in it that may sign
 *     since YYYY-MM-DD     a list signed before that day is stale
 *
 * or, where it signs none, the image's own checksum: sha256 HEX or sha512 HEX.
 */
#ifndef EXITMETER_MANIFEST_H
#define EXITMETER_MANIFEST_H

#include <time.h>

#include "base/digest.h"
#include "base/error.h"

struct manifest {
	char *name;
	char *url;		/* of the image, all filled in */
	char *sums_url;		/* NULL: pinned by `pin` */
	char *signature_url;
	char *file;		/* as the list names it */
	char *serial;
	char *format;
	char *keyring;		/* path, of a file that may be missing */
	char *key;
	time_t since;
	struct digest pin;	/* DIGEST_NONE: signed instead */
};

/*
 * Reads DIR/NAME.  mirror: takes base's place; NULL for none.  cache: where
 * keyrings of ours are.  An unknown name is STATUS_USAGE, with those known;
 * where there is none at all, STATUS_SKIP.
 */
int manifest_load(const char *dir, const char *name, const char *mirror, const char *cache,
		  struct manifest *ret, struct error *err);
/* The part of it that reads no file. */
int manifest_parse(const char *text, const char *name, const char *mirror, const char *cache,
		   struct manifest *ret, struct error *err);
void manifest_deinit(struct manifest *m);

/* The names of all manifests of the folder, sorted, with a space between two; the caller frees. */
char *manifest_names(const char *dir);

#endif
