/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which disk the cloud guest boots: a distribution's image by name, one of the
 * user's own, or the one built from Debian's packages.
 */
#ifndef EXITMETER_GUEST_IMAGE_H
#define EXITMETER_GUEST_IMAGE_H

#include <jansson.h>

#include "run/config.h"
#include "run/progress.h"

/* The newest Ubuntu LTS: what a run without --image takes, where its server is within reach. */
#define IMAGE_DEFAULT "ubuntu-26.04"
/* The name of the image in --guest-image. */
#define IMAGE_BUILT "built"

/*
 * Settles c->image, c->guest_disk and its format; fetches what is not in the
 * cache, but not for a dry run.  Nothing to do for a micro guest, or where the
 * disk itself was given.
 */
int guest_image_choose(struct config *c, struct progress *p, struct error *err);
/* Whether there is something to verify it by: not if an L0 has done so and hands in a disk or a kernel. */
bool guest_image_is_known(const struct config *c);
/* Before use; ret_brief: what a report says of it, left alone where there is nothing to verify. */
int guest_image_verify(const struct config *c, json_t **ret_brief, struct error *err);
/* After use: an image of the user's own must be as it was. */
int guest_image_check_untouched(const struct config *c, json_t *brief, struct error *err);

/* Fetches (or finds) the named image and verifies it. */
int guest_image_get(const struct config *c, const char *name, struct progress *p,
		    json_t **ret_brief, struct error *err);

#endif
