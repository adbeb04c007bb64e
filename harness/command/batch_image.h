/* SPDX-License-Identifier: GPL-2.0-only */
/* Which image the cloud guests of a batch or of a class boot: it is settled once, and is in the ids by its content. */
#ifndef EXITMETER_BATCH_IMAGE_H
#define EXITMETER_BATCH_IMAGE_H

#include <jansson.h>

#include "batch/run_id.h"
#include "run/progress.h"

struct batch_images {
	struct progress *progress; /* borrowed */
	json_t *chosen; /* owned: what was chosen for what was asked for; "" stands for the default */
	json_t *content; /* owned: the SHA-256 of each that was looked at */
};

void batch_images_init(struct batch_images *images, struct progress *progress);
void batch_images_deinit(struct batch_images *images);
/*
 * Names the image that --image leaves open, so that all runs boot the same, and fetches it where it is not in the
 * cache.  STATUS_SKIP, STATUS_USAGE: as those of cached_image_ensure().
 */
int batch_images_settle(struct batch_images *images, struct config *c, struct error *err);
/* The images as what run_id() wants.  They are borrowed. */
struct run_image batch_images_tell(struct batch_images *images);

#endif
