/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chooses the disk that the cloud guest boots: a distribution's image by its name, an image of the
 * user's own, or the one that was built from Debian's packages.
 */
#ifndef EXITMETER_GUEST_IMAGE_H
#define EXITMETER_GUEST_IMAGE_H

#include <jansson.h>

#include "run/config.h"
#include "run/progress.h"

/* The newest Ubuntu LTS.  A run without --image takes it, where its server can be reached. */
#define IMAGE_DEFAULT "ubuntu-26.04"
/* The name of the image in --guest-image. */
#define IMAGE_BUILT "built"

/*
 * Sets c->image, c->guest_disk, its format and what boots it, and fetches the image where it is not in the cache; a
 * dry run fetches nothing.  An image of the user's own that a guest cannot boot from as it is becomes a
 * qcow2 in the folder scratch; NULL: it stays as it is, in a dry run.  There is nothing to do for a micro guest, or where a disk was given.
 */
int guest_image_choose(struct config *c, const char *scratch, struct progress *p, struct error *err);
/*
 * Whether there is something to verify the image by.  In an L1 host there is not: its L0 has verified
 * the disk or the kernel that it hands in.
 */
bool guest_image_is_known(const struct config *c);
/*
 * Verifies the image before it is used.  ret_brief: what a report says of it (built_image.h); it stays
 * as it is where there is nothing to verify.
 */
int guest_image_verify(const struct config *c, json_t **ret_brief, struct error *err);
/* After the run: STATUS_USAGE where an image of the user's own is not as it was before. */
int guest_image_check_untouched(const struct config *c, json_t *brief, struct error *err);

/* Verifies the named image, and fetches it before where it is not in the cache. */
int guest_image_get(const struct config *c, const char *name, struct progress *p,
		    json_t **ret_brief, struct error *err);

#endif
