// SPDX-License-Identifier: GPL-2.0-only
/* image: fetches a distribution's cloud image into the cache, and verifies it. */
#include <string.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "image/guest_image.h"
#include "image/manifest.h"
#include "run/config_json.h"

static int list(const struct config *c)
{
	_cleanup_free_ char *names = manifest_names(c->manifests);
	char *save = NULL;

	for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save))
		printf("%s%s\n", name, strcmp(name, IMAGE_DEFAULT) ? "" : "  (the default)");
	return STATUS_PASS;
}

static int get(const struct config *c, const char *name, struct error *err)
{
	struct progress p = { 0 };
	json_t *brief = NULL;

	progress_init(&p, stderr, false);
	if (guest_image_get(c, name, &p, &brief, err) < 0)
		return -1;
	printf("%s  %s\n", json_string_value(json_object_get(brief, "sha256")), name);
	json_decref(brief);
	return STATUS_PASS;
}

static int image(const struct command_call *call, struct error *err)
{
	interrupt_install();
	return call->operand_count ? get(call->config, call->operand[0], err) : list(call->config);
}

const struct command command_image = {
	.name = "image",
	.summary = "fetch a distribution's cloud image, verified",
	.usage = "[--refresh] [--cache DIR] [--manifests DIR] [--timeout-fetch S] [NAME]",
	.text = "Fetches the cloud image NAME into the cache, or goes on with a fetch that was cut,\n"
		"verifies the signature of its checksum list and the checksum, and prints its SHA-256.\n"
		"One in the cache is only verified; --refresh asks the server for a newer one.\n"
		"Without NAME: lists the names.  IMAGE_MIRROR= is a server to use instead of the usual.\n"
		"Exit code 2: the image is refused; 77: its server cannot be reached.\n",
	.options = (const char *const[]){ "refresh", "cache", "manifests", "timeout-fetch", "kit", NULL },
	.operands_max = 1,
	.work = image,
};
