// SPDX-License-Identifier: GPL-2.0-only
#include "image/guest_image.h"

#include <string.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "image/built_image.h"
#include "image/cached_image.h"

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

static void set(char **slot, char *value)
{
	free(*slot);
	*slot = value;
}

static void use_built(struct config *c)
{
	set(&c->image, xstrdup(IMAGE_BUILT));
	set(&c->guest_disk, xasprintf("%s/disk.qcow2", c->guest_image));
	set(&c->guest_disk_format, xstrdup("qcow2"));
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
		set(&c->image, xstrdup(m.name));
		set(&c->guest_disk, cached_image_disk(c->cache, m.name));
		set(&c->guest_disk_format, xstrdup(m.format));
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

/* The format is told by the first bytes, because a file may have any name. */
static int use_file(struct config *c, struct error *err)
{
	static const char qcow2[] = "QFI\xfb";
	_cleanup_fclose_ FILE *f = fopen(c->image_file, "re");
	char magic[4] = "";
	struct stat st;

	if (!f || fstat(fileno(f), &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read image file %s", c->image_file);
	if (!S_ISREG(st.st_mode) || fread(magic, 1, sizeof(magic), f) != sizeof(magic))
		return error_set(err, STATUS_USAGE, "%s is no disk image", c->image_file);
	set(&c->guest_disk, xstrdup(c->image_file));
	set(&c->guest_disk_format, xstrdup(memcmp(magic, qcow2, sizeof(magic)) ? "raw" : "qcow2"));
	return 0;
}

int guest_image_choose(struct config *c, struct progress *p, struct error *err)
{
	if (c->image && c->image_file)
		return error_set(err, STATUS_USAGE, "--image and --image-file exclude each other");
	if (c->guest == GUEST_MICRO || (c->guest_disk && !c->image && !c->image_file))
		return 0;
	if (c->image_file)
		return use_file(c, err);
	if (!c->image)
		return use_default(c, p, err);
	if (strcmp(c->image, IMAGE_BUILT))
		return use_fetched(c, c->image, true, p, err);
	use_built(c);
	return 0;
}

static int verify_file(const struct config *c, json_t **ret_brief, struct error *err)
{
	char sha256[65];

	if (digest_file(c->image_file, interrupt_check, sha256, err) < 0)
		return -1;
	*ret_brief = json_pack("{ss+ ss}", "name", "file ", c->image_file, "sha256", sha256);
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
	char after[65];

	if (!c->image_file || !before || c->guest == GUEST_MICRO)
		return 0;
	if (digest_file(c->image_file, interrupt_check, after, err) < 0)
		return -1;
	json_object_set_new(brief, "sha256_after", json_string(after));
	if (!strcmp(before, after))
		return 0;
	return error_set(err, STATUS_USAGE, "%s was changed while the guest ran, and not by the guest, whose disk is "
			 "an overlay: nobody knows what booted", c->image_file);
}
