// SPDX-License-Identifier: GPL-2.0-only
#include "host/payload.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "evidence/file_names.h"
#include "evidence/file_names.h"
#include "host/ext4_reproducible.h"
#include "image/built_image.h"
#include "run/config_json.h"
#include "run/config_option.h"
#include "run/protocol.h"
#include "vm/x86_file.h"

#define PAYLOAD_SIZE "96M"		/* the file is sparse */
#define PAYLOAD_SIZE_SUBJECTS "1G"
/* A fixed UUID and hash seed: two runs with the same files get the same disk. */
#define FIXED_UUID "e817e7e4-0000-4000-8000-000000000001"

/* A file or folder that goes onto the disk. */
struct item {
	const char *from;	/* NULL: this run has none */
	const char *to;
	const char *remedy;	/* what `make` builds it by; NULL: it may be missing */
};

static int put_item(const struct item *item, const char *stage, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", stage, item->to);
	const char *argv[] = { "cp", "-rL", "--sparse=always", item->from, to, NULL };

	if (!item->from)
		return 0;
	if (access(item->from, R_OK) < 0)
		return item->remedy ? error_set(err, STATUS_SKIP, "there is no %s: run `make %s`",
						item->from, item->remedy) : 0;
	return subprocess_run(argv, SUBPROCESS_LARGE_MS, err);
}

/* The path in the cache of libvirt's capabilities, for this host image on that machine. */
static char *caps_path(const struct config *c, const char *machine)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *manifest = xasprintf("%s/image.json", c->host_image);
	char hex[65] = "";

	digest_file(manifest, interrupt_check, hex, &ignored);
	return xasprintf("%s/l1-%.16s-%s-%s", c->cache, hex, machine, PROTOCOL_CAPS);
}

/* The value of an INNER_PLACED option, or NULL. */
static const char *placed(const struct config *c, const struct payload_place *place, const char *option)
{
	bool is_micro = c->guest == GUEST_MICRO;

	if (!strcmp(option, "guest-kernel"))
		return is_micro ? "/payload/vmlinuz" : NULL;
	if (!strcmp(option, "guest-disk"))
		return is_micro ? NULL : place->guest_device;
	if (!strcmp(option, "guest-disk-format"))
		return is_micro ? NULL : place->guest_format;
	if (!strcmp(option, "vendor-params"))
		return place->vendor_params;
	abort();	/* The table calls an option placed that is not in this list. */
}

static void stretch(long *seconds, long patience, long max)
{
	*seconds = *seconds * patience < max ? *seconds * patience : max;
}

static int set_inner_option(const struct config *c, const struct payload_place *place,
			    const struct config_option *o, struct config *inner, struct error *err)
{
	const char *value = NULL;

	switch (o->inner) {
	case INNER_UNSAID:
		abort();
	case INNER_DROPPED:
		return 0;
	case INNER_STRETCHED:
	case INNER_KEPT:
		config_option_copy(inner, c, o);
		if (o->inner == INNER_STRETCHED)
			stretch(config_field(inner, o), place->patience, o->max);
		return 0;
	case INNER_THERE:
		value = o->type == OPT_CHOICE || *(char **)config_field((struct config *)c, o) ? o->there : NULL;
		break;
	case INNER_PLACED:
		value = placed(c, place, o->name);
		break;
	}
	return value ? config_option_set(inner, o, value, err) : 0;
}

/* Writes what the run inside is asked for, as the column `inner` of the table of options says. */
static int write_inner_config(const struct config *c, const struct payload_place *place,
			      const char *stage, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_CONFIG, stage);
	struct config inner;
	int rc = 0;

	config_init(&inner);
	for (size_t i = 0; i < config_option_count && rc == 0; i++)
		rc = set_inner_option(c, place, &config_options[i], &inner, err);
	if (rc == 0)
		rc = config_write(&inner, path, err);
	config_deinit(&inner);
	return rc;
}

/* The harness for the L1 is compiled for the suite of the host image. */
static char *harness_path(const struct config *c, struct error *err)
{
	_cleanup_free_ char *suite = built_image_suite(c->host_image, err);

	return suite ? xasprintf("%s/host/%s/exitmeter", c->kit, suite) : NULL;
}

static int fill_stage(const struct config *c, const struct payload_place *place,
		      const char *stage, struct error *err)
{
	_cleanup_free_ char *harness = harness_path(c, err);
	_cleanup_free_ char *init = xasprintf("%s/host-init", c->kit);
	_cleanup_free_ char *probe = xasprintf("%s/probe", c->kit);
	_cleanup_free_ char *caps = caps_path(c, place->machine);
	bool is_micro = c->guest == GUEST_MICRO;
	const struct item items[] = {
		{ harness, "exitmeter", "prepare" },
		{ init, "host-init", "kit" },
		{ probe, "probe", "kit" },
		{ c->templates, "templates", "kit" },
		{ c->subjects ? NULL : c->module_dir, "modules", "modules" },
		{ c->subjects, "subjects", NULL },
		{ is_micro ? c->guest_kernel : NULL, "vmlinuz", "images" },
		{ c->guest_init, "guest-init", NULL },
		/* They depend on an earlier run, which a deterministic run must not. */
		{ c->deterministic ? NULL : caps, PROTOCOL_CAPS, NULL },
	};

	if (!harness)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		if (put_item(&items[i], stage, err) < 0)
			return -1;
	return write_inner_config(c, place, stage, err);
}

static int make_disk(const struct config *c, long offset, const char *stage, const char *image,
		     struct error *err)
{
	_cleanup_free_ char *extended = xasprintf("offset=%ld,hash_seed=" FIXED_UUID, offset);
	const char *argv[] = { "mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-U",
			       FIXED_UUID, "-E", extended, "-d", stage, image,
			       c->subjects ? PAYLOAD_SIZE_SUBJECTS : PAYLOAD_SIZE, NULL };

	return subprocess_run(argv, SUBPROCESS_LARGE_MS, err);
}

/* Makes a disk that does not depend on who makes it, and when. */
static int make_plain_disk(const struct config *c, const struct payload_place *place, const char *stage,
			   const char *scratch, const char *image, struct error *err)
{
	_cleanup_free_ char *time = xasprintf("%ld", place->time);
	int rc;

	/* mke2fs and debugfs take this for the time of day. */
	setenv("E2FSPROGS_FAKE_TIME", time, 1);
	rc = make_disk(c, place->offset, stage, image, err);
	if (rc == 0)
		rc = ext4_make_reproducible(image, place->offset, stage, scratch, place->time, err);
	unsetenv("E2FSPROGS_FAKE_TIME");
	return rc;
}

int payload_make(const struct config *c, const struct payload_place *place, const char *scratch,
		 const char *image, struct error *err)
{
	_cleanup_free_ char *stage = xasprintf("%s/payload", scratch);

	if (c->guest_init && access(c->guest_init, R_OK) < 0)
		return error_errno(err, STATUS_USAGE, "--guest-init %s", c->guest_init);
	if ((c->guest_init && x86_file_check_program(c->guest_init, err) < 0) ||
	    (c->guest == GUEST_MICRO && x86_file_check_kernel(c->guest_kernel, err) < 0))
		return -1;
	if (dir_make(stage, err) < 0 || fill_stage(c, place, stage, err) < 0)
		return -1;
	if (place->time)
		return make_plain_disk(c, place, stage, scratch, image, err);
	return make_disk(c, place->offset, stage, image, err);
}

void payload_keep_caps(const struct config *c, const char *machine, const char *run_dir)
{
	_cleanup_free_ char *from = xasprintf("%s/%s", run_dir, PROTOCOL_CAPS);
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *to = caps_path(c, machine);
	_cleanup_free_ char *data = NULL;
	size_t len;

	data = file_read(from, 4 << 20, &len, &ignored);
	unlink(from);
	if (data && access(to, F_OK) < 0)
		file_write(to, data, len, &ignored);
}
