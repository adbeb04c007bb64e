// SPDX-License-Identifier: GPL-2.0-only
#include "host/payload.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "evidence/file_names.h"
#include "host/enabled_lists.h"
#include "host/ext4_reproducible.h"
#include "host/host_params.h"
#include "image/built_image.h"
#include "run/config_json.h"
#include "run/config_option.h"
#include "run/module_folder.h"
#include "run/protocol.h"
#include "guest/seed.h"
#include "vm/x86_file.h"

#define PAYLOAD_SIZE "96M"		/* the file is sparse */
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
		if (!strcmp(o->name, "vendor-params"))
			/* Of two that differ, the kernel takes the last, which is the user's. */
			inner->vendor_params = host_params_join(place->vendor_params, c->vendor_params);
		else
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

static int put_items(const struct item *items, size_t count, const char *stage, struct error *err)
{
	for (size_t i = 0; i < count; i++)
		if (put_item(&items[i], stage, err) < 0)
			return -1;
	return 0;
}

/* What every L1 gets, whatever it is for. */
static int put_program(const struct config *c, const struct payload_place *place, const char *stage,
		       struct error *err)
{
	_cleanup_free_ char *harness = harness_path(c, err);
	_cleanup_free_ char *init = xasprintf("%s/host-init", c->kit);
	const struct item items[] = {
		{ harness, "exitmeter", "prepare" },
		{ init, "host-init", "kit" },
		{ place->caps, PROTOCOL_CAPS, NULL },
	};

	return harness ? put_items(items, ARRAY_SIZE(items), stage, err) : -1;
}

/* Of what lies beside the modules nothing else is taken: it may be a stranger's folder. */
static int put_modules(const struct config *c, const char *stage, struct error *err)
{
	_cleanup_free_ char *to = xasprintf("%s/modules", stage);

	if (access(c->module_dir, R_OK) < 0)
		return error_set(err, STATUS_SKIP, "there is no %s: run `make modules`", c->module_dir);
	if (dir_make(to, err) == 0 && module_folder_copy(c->module_dir, to, module_files, err) == 0 &&
	    module_folder_copy(c->module_dir, to, module_notes, err) == 0 &&
	    enabled_lists_lend(to, c->cache, err) == 0)
		return 0;
	return error_wrap(err, "%s", c->module_dir);
}

static int put_run(const struct config *c, const struct payload_place *place, const char *stage,
		   struct error *err)
{
	_cleanup_free_ char *probe = xasprintf("%s/probe", c->kit);
	bool is_micro = c->guest == GUEST_MICRO;
	const struct item items[] = {
		{ probe, "probe", "kit" },
		{ c->templates, "templates", "kit" },
		{ is_micro ? c->guest_kernel : NULL, "vmlinuz", "images" },
		{ c->guest_init, "guest-init", NULL },
		{ c->workload, "workload", NULL },
		{ c->uefi_code, "uefi-code.fd", NULL },
		{ c->uefi_vars, "uefi-vars.fd", NULL },
	};

	if (put_items(items, ARRAY_SIZE(items), stage, err) < 0 || put_modules(c, stage, err) < 0)
		return -1;
	return write_inner_config(c, place, stage, err);
}

/* Puts random bytes there.  A payload that is to be the same each time goes without. */
static int put_seed(const char *stage, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" PROTOCOL_SEED, stage);
	char bytes[64];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return error_errno(err, STATUS_USAGE, "cannot get random bytes");
	return file_write(path, bytes, sizeof(bytes), err);
}

static int put_mark(const char *stage, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" PROTOCOL_CLEAN, stage);

	return file_write(path, "", 0, err);
}

static int fill_stage(const struct config *c, const struct payload_place *place,
		      const char *stage, struct error *err)
{
	if (put_program(c, place, stage, err) < 0)
		return -1;
	if (place->is_clean)
		return put_mark(stage, err);
	if (!place->time && put_seed(stage, err) < 0)
		return -1;
	return put_run(c, place, stage, err);
}

static int make_disk(const struct payload_place *place, const char *stage, const char *image, struct error *err)
{
	_cleanup_free_ char *extended = xasprintf("offset=%ld,hash_seed=" FIXED_UUID, place->offset);
	const char *argv[] = { "mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-U",
			       FIXED_UUID, "-L", place->is_clean ? PROTOCOL_CLEAN : "", "-E", extended, "-d", stage, image,
			       PAYLOAD_SIZE, NULL };

	return subprocess_run(argv, SUBPROCESS_LARGE_MS, err);
}

/* Makes a disk that does not depend on who makes it, and when. */
static int make_plain_disk(const struct payload_place *place, const char *stage, const char *scratch,
			   const char *image, struct error *err)
{
	_cleanup_free_ char *time = xasprintf("%ld", place->time);
	int rc;

	/* mke2fs and debugfs take this for the time of day. */
	setenv("E2FSPROGS_FAKE_TIME", time, 1);
	rc = make_disk(place, stage, image, err);
	if (rc == 0)
		rc = ext4_make_reproducible(image, place->offset, stage, scratch, place->time, err);
	unsetenv("E2FSPROGS_FAKE_TIME");
	return rc;
}

static int check_parts(const struct config *c, struct error *err)
{
	if (c->guest_init && access(c->guest_init, R_OK) < 0)
		return error_errno(err, STATUS_USAGE, "--guest-init %s", c->guest_init);
	if (c->guest_init && x86_file_check_program(c->guest_init, err) < 0)
		return -1;
	if (c->workload && workload_check(c, err) < 0)
		return -1;
	return c->guest == GUEST_MICRO ? x86_file_check_kernel(c->guest_kernel, err) : 0;
}

int payload_make(const struct config *c, const struct payload_place *place, const char *scratch,
		 const char *image, struct error *err)
{
	_cleanup_free_ char *stage = xasprintf("%s/payload", scratch);

	if (!place->is_clean && check_parts(c, err) < 0)
		return -1;
	dir_remove(stage);	/* that of a payload before */
	unlink(image);
	if (dir_make(stage, err) < 0 || fill_stage(c, place, stage, err) < 0)
		return -1;
	if (place->time)
		return make_plain_disk(place, stage, scratch, image, err);
	return make_disk(place, stage, image, err);
}
