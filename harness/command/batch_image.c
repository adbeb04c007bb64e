// SPDX-License-Identifier: GPL-2.0-only
#include "command/batch_image.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "image/guest_image.h"
#include "run/config_option.h"

void batch_images_init(struct batch_images *images, struct progress *progress)
{
	*images = (struct batch_images){ progress, json_object(), json_object() };
}

void batch_images_deinit(struct batch_images *images)
{
	json_decref(images->chosen);
	json_decref(images->content);
}

/* Chooses for a copy, which the caller drops.  What firmware boots it is each run's own matter. */
static int choose(const struct batch_images *images, const struct config *c, struct config *ret, struct error *err)
{
	config_init(ret);
	config_copy(ret, c);
	ret->firmware = FIRMWARE_BIOS;
	return guest_image_choose(ret, NULL, images->progress, err);
}

int batch_images_settle(struct batch_images *images, struct config *c, struct error *err)
{
	const char *asked = c->image ? c->image : "";
	struct config chosen;
	int rc = 0;

	if (c->guest != GUEST_CLOUD || c->image_file || c->guest_disk || (c->image && !c->refresh))
		return 0;
	if (!json_object_get(images->chosen, asked)) {
		rc = choose(images, c, &chosen, err);
		if (rc == 0)
			json_object_set_new(images->chosen, asked, json_string(chosen.image));
		config_deinit(&chosen);
	}
	if (rc == 0)
		text_replace(&c->image, xstrdup(json_string_value(json_object_get(images->chosen, asked))));
	c->refresh = false;
	return rc;
}

/* An image of the user's own lies where it lies; one of a distribution is fetched where it is missing. */
static json_t *look_at(const struct batch_images *images, const struct config *c, struct error *err)
{
	json_t *brief = NULL;
	struct config chosen;

	if (c->image_file)
		return guest_image_verify(c, &brief, err) == 0 ? brief : NULL;
	if (choose(images, c, &chosen, err) < 0 || guest_image_verify(&chosen, &brief, err) < 0)
		brief = NULL;
	config_deinit(&chosen);
	return brief;
}

static char *tell(void *context, const struct config *c, struct error *err)
{
	struct batch_images *images = context;
	const char *name = c->image_file ? c->image_file : c->image;
	json_t *brief;

	if (c->guest != GUEST_CLOUD || !name || !strcmp(name, IMAGE_BUILT))
		return xstrdup(""); /* --guest-image has a record */
	if (!json_object_get(images->content, name)) {
		brief = look_at(images, c, err);
		if (!brief)
			return NULL;
		json_object_set(images->content, name, json_object_get(brief, "sha256"));
		json_decref(brief);
	}
	return xstrdup(json_string_value(json_object_get(images->content, name)));
}

struct run_image batch_images_tell(struct batch_images *images)
{
	return (struct run_image){ tell, images };
}
