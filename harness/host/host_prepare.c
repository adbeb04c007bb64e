// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "host/results_disk.h"
#include "host/saved_host.h"
#include "image/built_image.h"
#include "run/cache_owner.h"
#include "run/protocol.h"
#include "run/stages.h"
#include "vm/disk_size.h"

#define SAVED_KEPT 8		/* saved hosts in a cache: some 200 MB each */

struct preparation {
	struct host_boot *boot;
	bool saves;		/* the host is to be saved */
	char *key;		/* owned, as a text; NULL where this machine cannot be saved */
	char *dir;		/* owned: CACHE/hosts/KEY */
	char *part;		/* owned: the same, until it is whole */
	int lock_fd;
};

static bool can_save(const struct host_boot *b)
{
	/* In a libvirt of the user's own there may be another host of the name that was saved. */
	return b->kind->save && !b->run->config->libvirt_uri;
}

static int guest_disk_bytes(const struct config *c, off_t *ret, struct error *err)
{
	*ret = 0;
	return c->guest == GUEST_MICRO ? 0 : disk_size(c->guest_disk, c->guest_disk_format, ret, err);
}

static int digest_ours(const struct config *c, char program[65], char init[65], struct error *err)
{
	_cleanup_free_ char *suite = built_image_suite(c->host_image, err);
	_cleanup_free_ char *harness = xasprintf("%s/host/%s/exitmeter", c->kit, suite ? suite : "");
	_cleanup_free_ char *host_init = xasprintf("%s/host-init", c->kit);

	if (!suite || digest_file(harness, interrupt_check, program, err) < 0)
		return -1;
	return digest_file(host_init, interrupt_check, init, err);
}

static char *make_key(const struct host_boot *b, struct error *err)
{
	const struct config *c = b->run->config;
	_cleanup_free_ char *record = xasprintf("%s/image.json", c->host_image);
	_cleanup_free_ char *description = host_boot_describe_plainly(b);
	_cleanup_free_ char *emulator = b->kind->identity(err);
	_cleanup_free_ char *cpuinfo = file_read("/proc/cpuinfo", 16 << 20, NULL, err);
	_cleanup_free_ char *cpu = cpuinfo ? saved_host_cpu(cpuinfo) : NULL;
	char image[65], program[65], init[65];
	struct saved_host_key key = {
		.machine = b->kind->name, .emulator = emulator, .cpu = cpu, .image = image,
		.program = program, .init = init, .description = description,
	};

	if (!emulator || !cpu || digest_file(record, interrupt_check, image, err) < 0 ||
	    digest_ours(c, program, init, err) < 0 ||
	    guest_disk_bytes(c, &key.guest_disk_bytes, err) < 0)
		return NULL;
	return saved_host_key_text(&key);
}

/* Finds where this host would be saved. */
static int name_saved(struct preparation *p, struct error *err)
{
	const struct host_run *run = p->boot->run;
	_cleanup_free_ char *path = xasprintf("%s/saved-host-key", run->scratch->dir);
	char hex[65];

	p->key = make_key(p->boot, err);
	if (!p->key || file_write(path, p->key, strlen(p->key), err) < 0 ||
	    digest_file(path, NULL, hex, err) < 0)
		return -1;
	p->dir = xasprintf("%s/hosts/%.*s", run->config->cache, SAVED_HOST_KEY_BYTES - 1, hex);
	p->part = xasprintf("%s.part.%s", p->dir, scratch_id(run->scratch));
	return 0;
}

static int make_blank_disk(const struct host_boot *b, struct error *err)
{
	_cleanup_close_ int fd = -1;
	off_t bytes;

	if (guest_disk_bytes(b->run->config, &bytes, err) < 0)
		return -1;
	if (!bytes)
		return 0;
	fd = open(b->files.blank, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, bytes) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make %s", b->files.blank);
	return 0;
}

static int make_clean_disks(void *preparation, struct error *err)
{
	struct host_boot *b = ((struct preparation *)preparation)->boot;

	if (host_boot_make_payload(b, err) < 0 || host_boot_make_results_disk(b, err) < 0)
		return -1;
	return make_blank_disk(b, err);
}

/* What the clean L1 has found out of libvirt.  It has run our own program only. */
static int keep_caps(const struct host_boot *b, struct error *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/prepared", b->run->scratch->dir);
	_cleanup_free_ char *caps = xasprintf("%s/" PROTOCOL_CAPS, dir);

	if (dir_make(dir, err) < 0 || results_disk_read(b->files.results, dir, err) < 0)
		return -1;
	dir_make_parents(b->files.caps);
	if (rename(caps, b->files.caps) < 0)
		return error_errno(err, STATUS_USAGE, "cannot keep %s", b->files.caps);
	return 0;
}

static int keep_state(struct preparation *p, struct error *err)
{
	const struct host_boot *b = p->boot;
	_cleanup_free_ char *key = xasprintf("%s/" SAVED_HOST_KEY, p->part);
	_cleanup_free_ char *hosts = xasprintf("%s/hosts", b->run->config->cache);

	if (file_write(key, p->key, strlen(p->key), err) < 0 ||
	    saved_host_write_record(p->part, host_boot_spec(b).tsc_khz, err) < 0 ||
	    scratch_hand_over(b->run->scratch, p->part, p->dir, err) < 0)
		return -1;
	saved_host_prune(hosts, SAVED_KEPT);
	return 0;
}

static int keep_prepared(void *preparation, struct error *err)
{
	struct preparation *p = preparation;

	if (keep_caps(p->boot, err) < 0)
		return -1;
	return p->saves ? keep_state(p, err) : 0;
}

/* The logs are those of the run's own host from here on. */
static int forget_logs(void *preparation, struct error *err)
{
	const struct host_boot *b = ((struct preparation *)preparation)->boot;

	(void)err;
	unlink(b->files.console);
	unlink(b->files.port);
	return 0;
}

static int boot_clean_host(void *preparation, struct error *err)
{
	return host_boot_start(((struct preparation *)preparation)->boot, err);
}

static int destroy_host(void *preparation, struct error *err)
{
	return host_boot_destroy(((struct preparation *)preparation)->boot, err);
}

static int wait_until_ready(void *preparation, struct error *err)
{
	struct host_boot *b = ((struct preparation *)preparation)->boot;

	b->watch = (struct host_watch){ 0 };
	if (host_boot_watch(b, err) < 0)
		return -1;
	return b->watch.is_ready ? 0 : error_set(err, STATUS_LOST, "inside the L1 host: %s",
						 b->watch.error_text);
}

static bool is_to_save(const void *preparation)
{
	return ((const struct preparation *)preparation)->saves;
}

static int save_host(void *preparation, struct error *err)
{
	const struct preparation *p = preparation;
	const struct host_boot *b = p->boot;
	_cleanup_free_ char *state = xasprintf("%s/" SAVED_HOST_STATE, p->part);

	if (scratch_own_dir(b->run->scratch, p->part, err) < 0)
		return -1;
	return b->kind->save(b->machine, state, err);
}

/* clang-format off */
static const struct stage stages[] = {
	{ .quiet = "clean host's logs",
	  .end = forget_logs },
	{ .quiet = "clean disks", .begin = make_clean_disks,
	  .keep = keep_prepared },
	{ .phase = "boot clean L1 host", .begin = boot_clean_host,
	  .end = destroy_host },
	{ .quiet = "watch clean L1 host", .begin = wait_until_ready },
	{ .phase = "save L1 host", .when = is_to_save, .begin = save_host },
};
/* clang-format on */

static int make(struct preparation *p, struct error *err)
{
	struct host_boot *b = p->boot;
	int rc;

	progress_note(b->run->progress, "%s", p->saves ? "no saved L1 host fits: one is made, once" :
			    "libvirt's capabilities in this host image are found out, once");
	b->is_clean = true;
	rc = stages_run(stages, ARRAY_SIZE(stages), b->run->progress, p, err);
	b->is_clean = false;
	if (rc < 0 && p->part)
		dir_remove(p->part);
	return rc;
}

/*
 * The lock of all that is made in an L1 of this image on this machine; -1 with an error: another run
 * holds it.
 */
static int lock(struct preparation *p, struct error *err)
{
	const struct host_boot *b = p->boot;
	const char *cache = b->run->config->cache;
	_cleanup_free_ char *path = xasprintf("%s.lock", b->files.caps), *hosts = xasprintf("%s/hosts", cache);

	if (cache_owner_check(hosts, cache, err) < 0 || cache_owner_check(path, cache, err) < 0)
		return -1;
	dir_make_parents(path);
	p->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (p->lock_fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open the lock %s", path);
	if (flock(p->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, STATUS_USAGE, "another run is making it now");
	return 0;
}

static int prepare(struct preparation *p, struct error *err)
{
	struct host_boot *b = p->boot;
	const struct config *c = b->run->config;
	int is_saved = 0;

	p->saves = can_save(b);
	if (p->saves && name_saved(p, err) < 0)
		return -1;
	if (c->saved_host == SAVED_HOST_ANEW) {
		unlink(b->files.caps);
		if (p->saves)
			dir_remove(p->dir);
	}
	if (p->saves && (is_saved = saved_host_verify(p->dir, host_boot_spec(b).tsc_khz, b->run->progress, err)) < 0)
		return -1;
	if (!is_saved && (p->saves || access(b->files.caps, F_OK) < 0) && (lock(p, err) < 0 || make(p, err) < 0))
		return -1;
	if (p->saves)
		b->saved = xstrdup(p->dir);
	return 0;
}

int host_prepare(void *boot, struct error *err)
{
	struct preparation p = { .boot = boot, .lock_fd = -1 };
	const struct host_run *run = p.boot->run;
	int rc = 0;

	if (run->config->saved_host == SAVED_HOST_NO || run->config->deterministic)
		return 0;
	if (prepare(&p, err) < 0) {
		rc = interrupt_pending() ? -1 : 0;
		if (rc == 0) {
			progress_note(run->progress, "no saved L1 host: %s; it boots", err->message);
			error_clear(err);
		}
	}
	if (p.lock_fd >= 0)
		close(p.lock_fd);
	free(p.key);
	free(p.dir);
	free(p.part);
	return rc;
}
