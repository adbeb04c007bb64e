// SPDX-License-Identifier: GPL-2.0-only
#include "image/guest_image.h"

#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "image/built_image.h"
#include "image/cached_image.h"
#include "image/own_image.h"

/* A user who named the image waits for its server; one who did not gets the built image soon. */
#define CONNECT_SECONDS 15
#define CONNECT_SECONDS_UNASKED 3

static int load(const struct config *c, const char *name, struct manifest *m, struct error *err)
{
	return manifest_load(c->manifests, name, getenv("IMAGE_MIRROR"), c->cache, m, err);
}

static int ensure(const struct config *c, const struct manifest *m, bool is_asked,
		  struct progress *p, struct error *err)
{
	const char *http = getenv("IMAGE_HTTP");
	const struct cached_image_options o = {
		.cache = c->cache,
		.connect_seconds = is_asked ? CONNECT_SECONDS : CONNECT_SECONDS_UNASKED,
		.stall_seconds = c->timeout_fetch,
		.is_refresh = c->refresh,
		.is_http_allowed = http && !strcmp(http, "1"),
		.progress = p,
	};

	return cached_image_ensure(m, &o, err);
}

int guest_image_get(const struct config *c, const char *name, struct progress *p,
		    json_t **ret_brief, struct error *err)
{
	struct manifest m;
	int rc;

	if (load(c, name, &m, err) < 0)
		return -1;
	rc = ensure(c, &m, true, p, err);
	if (rc == 0)
		rc = cached_image_verify(&m, c->cache, ret_brief, err);
	manifest_deinit(&m);
	return rc;
}

static void use_built(struct config *c)
{
	text_replace(&c->image, xstrdup(IMAGE_BUILT));
	text_replace(&c->guest_disk, xasprintf("%s/disk.qcow2", c->guest_image));
	text_replace(&c->guest_disk_format, xstrdup("qcow2"));
}

static int use_fetched(struct config *c, const char *name, bool is_asked, struct progress *p,
		       struct error *err)
{
	struct manifest m;
	int rc = 0;

	if (load(c, name, &m, err) < 0)
		return -1;
	if (!c->dry_run)
		rc = ensure(c, &m, is_asked, p, err);
	if (rc == 0) {
		text_replace(&c->image, xstrdup(m.name));
		text_replace(&c->guest_disk, cached_image_disk(c->cache, m.name));
		text_replace(&c->guest_disk_format, xstrdup(m.format));
	}
	manifest_deinit(&m);
	return rc;
}

static int use_default(struct config *c, struct progress *p, struct error *err)
{
	if (use_fetched(c, IMAGE_DEFAULT, false, p, err) == 0)
		return 0;
	if (err->status != STATUS_SKIP)
		return -1;
	progress_note(p, "image: the one built from Debian's packages, not " IMAGE_DEFAULT ": %s",
		      err->message);
	error_clear(err);
	use_built(c);
	return 0;
}

/* As Debian and Ubuntu have them.  The code without Secure Boot needs no system management mode. */
static const struct { const char *code, *vars; } ovmf[] = {
	{ "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd" },
	{ "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd" },
};

static int use_firmware(struct config *c, enum firmware firmware, const char *why, struct error *err)
{
	c->firmware = firmware;
	if (firmware != FIRMWARE_UEFI || c->uefi_code)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(ovmf); i++) {
		if (access(ovmf[i].code, R_OK) < 0 || access(ovmf[i].vars, R_OK) < 0)
			continue;
		text_replace(&c->uefi_code, xstrdup(ovmf[i].code));
		text_replace(&c->uefi_vars, xstrdup(ovmf[i].vars));
		return 0;
	}
	return error_set(err, STATUS_SKIP,
			 "%s, and there is no OVMF on this machine: `sudo apt-get install ovmf`", why);
}

/* What boots an image of the user's own: what was asked for, if its disk has that. */
static int choose_firmware(struct config *c, const struct disk_layout *l, struct error *err)
{
	if (c->firmware == FIRMWARE_BIOS && !l->has_bios_code)
		return error_set(err, STATUS_USAGE, "%s has no code for a BIOS in its boot sector: take FIRMWARE=uefi",
				 c->image_file);
	if (c->firmware == FIRMWARE_UEFI && !l->has_esp)
		return error_set(err, STATUS_USAGE, "%s has no EFI system partition: take FIRMWARE=bios",
				 c->image_file);
	if (c->firmware == FIRMWARE_BIOS || (c->firmware == FIRMWARE_AUTO && l->has_bios_code))
		return use_firmware(c, FIRMWARE_BIOS, "", err);
	return use_firmware(c, FIRMWARE_UEFI, c->firmware == FIRMWARE_UEFI ? "FIRMWARE=uefi was asked for" :
			    "the image boots by UEFI only", err);
}

static int flatten(struct config *c, const struct own_image *image, const char *scratch, struct progress *p,
		   struct error *err)
{
	_cleanup_free_ char *flat = xasprintf("%s/image.qcow2", scratch);

	progress_begin(p, "convert image");
	if (own_image_flatten(image, flat, err) < 0)
		return -1;
	text_replace(&c->guest_disk, take_ptr(flat));
	text_replace(&c->guest_disk_format, xstrdup("qcow2"));
	return 0;
}

static int use_file(struct config *c, const char *scratch, struct progress *p, struct error *err)
{
	struct own_image image;
	int rc;

	if (own_image_look(c->image_file, &image, err) < 0)
		return -1;
	text_replace(&c->guest_disk, xstrdup(c->image_file));
	text_replace(&c->guest_disk_format, xstrdup(image.format));
	rc = choose_firmware(c, &image.layout, err);
	if (rc == 0 && !image.is_plain && scratch)
		rc = flatten(c, &image, scratch, p, err);
	own_image_deinit(&image);
	return rc;
}

/* The distributions' images and the built one boot by either firmware. */
static int use_named(struct config *c, struct progress *p, struct error *err)
{
	if (use_firmware(c, c->firmware == FIRMWARE_UEFI ? FIRMWARE_UEFI : FIRMWARE_BIOS,
			 "FIRMWARE=uefi was asked for", err) < 0)
		return -1;
	if (!c->image)
		return use_default(c, p, err);
	if (strcmp(c->image, IMAGE_BUILT))
		return use_fetched(c, c->image, true, p, err);
	use_built(c);
	return 0;
}

/* A matrix has one image and may have both guests, so that this is no error. */
static void tell_unused(const struct config *c, struct progress *p)
{
	_cleanup_free_ char *name = printable_copy(c->image_file ? c->image_file : c->image ? c->image : IMAGE_BUILT);

	if (strcmp(name, IMAGE_BUILT))
		progress_note(p, "image: %s is not used, for the micro guest has no disk", name);
}

int guest_image_choose(struct config *c, const char *scratch, struct progress *p, struct error *err)
{
	if (c->image && c->image_file)
		return error_set(err, STATUS_USAGE, "--image and --image-file exclude each other");
	if (c->guest == GUEST_MICRO && c->firmware == FIRMWARE_UEFI)
		return error_set(err, STATUS_USAGE,
				 "no firmware loads a micro guest: --firmware uefi is for a cloud guest");
	if (c->guest == GUEST_MICRO)
		tell_unused(c, p);
	if (c->guest == GUEST_MICRO || (c->guest_disk && !c->image && !c->image_file))
		return 0;
	return c->image_file ? use_file(c, scratch, p, err) : use_named(c, p, err);
}

/* The image's digest now; of one that lies in several files, that of all of them. */
static int digest_own(const struct config *c, char ret_hex[65], unsigned int *ret_files, struct error *err)
{
	struct own_image image;
	int rc;

	if (own_image_look(c->image_file, &image, err) < 0)
		return -1;
	*ret_files = image.count;
	rc = own_image_digest(&image, ret_hex, err);
	own_image_deinit(&image);
	return rc;
}

static int verify_file(const struct config *c, json_t **ret_brief, struct error *err)
{
	_cleanup_free_ char *name = NULL;
	unsigned int files;
	char sha256[65];

	if (digest_own(c, sha256, &files, err) < 0)
		return -1;
	name = files == 1 ? xasprintf("file %s", c->image_file) :
			    xasprintf("file %s and %u behind it", c->image_file, files - 1);
	*ret_brief = json_pack("{ss ss}", "name", name, "sha256", sha256);
	return *ret_brief ? 0 : error_set(err, STATUS_USAGE, "the name of %s is not UTF-8",
					  c->image_file);
}

static int verify_fetched(const struct config *c, json_t **ret_brief, struct error *err)
{
	struct manifest m;
	int rc;

	if (load(c, c->image, &m, err) < 0)
		return -1;
	rc = cached_image_verify(&m, c->cache, ret_brief, err);
	manifest_deinit(&m);
	return rc;
}

bool guest_image_is_known(const struct config *c)
{
	if (c->guest == GUEST_MICRO)
		return !strncmp(c->guest_kernel, c->guest_image, strlen(c->guest_image));
	return c->image || c->image_file;
}

int guest_image_verify(const struct config *c, json_t **ret_brief, struct error *err)
{
	if (!guest_image_is_known(c))
		return 0;
	if (c->guest == GUEST_MICRO)
		return built_image_verify(c->guest_image, "guest image", "make images", "vmlinuz",
					  true, ret_brief, err);
	if (c->image_file)
		return verify_file(c, ret_brief, err);
	if (!strcmp(c->image, IMAGE_BUILT))
		return built_image_verify(c->guest_image, "guest image", "make images", "disk.qcow2",
					  false, ret_brief, err);
	return verify_fetched(c, ret_brief, err);
}

int guest_image_check_untouched(const struct config *c, json_t *brief, struct error *err)
{
	const char *before = json_string_value(json_object_get(brief, "sha256"));
	unsigned int files;
	char after[65];

	if (!c->image_file || !before || c->guest == GUEST_MICRO)
		return 0;
	if (digest_own(c, after, &files, err) < 0)
		return -1;
	json_object_set_new(brief, "sha256_after", json_string(after));
	if (!strcmp(before, after))
		return 0;
	return error_set(err, STATUS_USAGE, "%s was changed while the guest ran, and not by the guest, whose disk is "
			 "an overlay: nobody knows what booted", c->image_file);
}
