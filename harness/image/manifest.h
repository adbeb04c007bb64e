/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Manifests of cloud images (images/manifests/): where a distribution's image is, and how to tell
 * that it is the real one.  Each line is KEY VALUE; # begins a comment:
 *
 *     base URL             the server, ending in /; IMAGE_MIRROR takes its place
 *     folder PATH/         a folder of it; @SERIAL@ stands for the serial, here and in file
 *     serial WORD          the build, or `current`: the one that the folder has now
 *     file NAME            the disk image
 *     format qcow2|raw
 *
 * and either a list of checksums that the distribution signs,
 *
 *     sums NAME            SHA256SUMS or SHA512SUMS, beside the file
 *     signature NAME       the list's detached signature, beside it
 *     keyring NAME|/PATH   a NAME is in /usr/share/keyrings or CACHE/keyrings
 *     key FINGERPRINT      the one key of the keyring that may sign
 *     since YYYY-MM-DD     a list that was signed before that day is stale
 *
 * or, where it signs none, the image's own checksum: sha256 HEX or sha512 HEX.  Such an image is
 * called pinned.
 */
#ifndef EXITMETER_MANIFEST_H
#define EXITMETER_MANIFEST_H

#include <time.h>

#include "base/digest.h"
#include "base/error.h"

struct manifest {
	char *name;
	char *url;		/* of the image */
	char *sums_url;		/* NULL for a pinned image, as all that is signed */
	char *signature_url;
	char *file;		/* the image's name in the list */
	char *serial;
	char *format;
	char *keyring;		/* a path; the file may be missing */
	char *key;
	time_t since;
	struct digest pin;	/* DIGEST_NONE where the list is signed */
};

/*
 * Reads DIR/NAME.  mirror: a server that takes the place of the manifest's base; NULL for none.
 * cache: the folder above keyrings/.  STATUS_USAGE: the name is unknown, and the message lists the
 * known ones; STATUS_SKIP: there is no manifest at all.
 */
int manifest_load(const char *dir, const char *name, const char *mirror, const char *cache,
		  struct manifest *ret, struct error *err);
/* The part of manifest_load() that reads no file. */
int manifest_parse(const char *text, const char *name, const char *mirror, const char *cache,
		   struct manifest *ret, struct error *err);
void manifest_deinit(struct manifest *m);

/* The names of all manifests of the folder, sorted, with a space between two; the caller frees. */
char *manifest_names(const char *dir);

#endif
