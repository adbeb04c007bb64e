// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings an image into the cache: takes the lock, fetches the list and its signature, verifies them,
 * fetches the disk, verifies its checksum, and moves the folder into place by one rename.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "image/built_image.h"
#include "image/cached_image.h"
#include "image/fetch.h"
#include "run/cache_owner.h"

#define LIST_MAX (1u << 20)
#define DISK_MAX (16ull << 30)
#define ATTEMPTS 4

struct place {
	const struct manifest *m;
	const struct cached_image_options *o;
	char *dir;	/* where the image is in the end */
	char *part;	/* where it is put together; the next fetch goes on with what a killed one left */
	char *old;	/* where the image that is replaced is, between two renames */
	int lock_fd;
};

static void place_deinit(struct place *p)
{
	if (p->lock_fd >= 0)
		close(p->lock_fd);
	free(p->dir);
	free(p->part);
	free(p->old);
}

static int take_lock(struct place *p, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s.lock", p->dir);

	p->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (p->lock_fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot make %s", path);
	if (flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	progress_note(p->o->progress, "waiting for another fetch of %s", p->m->name);
	while (flock(p->lock_fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return error_errno(err, STATUS_USAGE, "cannot lock %s", path);
		if (interrupt_check(err) < 0)
			return -1;
	}
	return 0;
}

static bool is_there(const char *dir)
{
	_cleanup_free_ char *json = xasprintf("%s/image.json", dir);

	return access(json, F_OK) == 0;
}

/* Ends what a fetch began that was killed between its two renames. */
static void put_back(const struct place *p)
{
	if (access(p->dir, F_OK) < 0 && is_there(p->old))
		rename(p->old, p->dir);
	dir_remove(p->old);
}

static int fetch_one(const struct place *p, const char *url, const char *name, uint64_t max,
		     unsigned int attempts, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", p->part, name);
	const struct fetch f = {
		.url = url,
		.path = path,
		.bytes_max = max,
		.connect_seconds = p->o->connect_seconds,
		.stall_seconds = p->o->stall_seconds,
		.attempts = attempts,
		.is_http_allowed = p->o->is_http_allowed,
		.progress = p->o->progress,
	};

	return fetch_file(&f, err);
}

static void remove_part(const struct place *p, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", p->part, name);

	unlink(path);
}

/* The list is always fetched anew, and in one attempt: so a server out of reach is known soon. */
static int fetch_list(const struct place *p, struct error *err)
{
	if (!p->m->sums_url)
		return 0;
	remove_part(p, CACHED_IMAGE_LIST);
	remove_part(p, CACHED_IMAGE_SIGNATURE);
	if (fetch_one(p, p->m->sums_url, CACHED_IMAGE_LIST, LIST_MAX, 1, err) < 0)
		return -1;
	return fetch_one(p, p->m->signature_url, CACHED_IMAGE_SIGNATURE, LIST_MAX, 1, err);
}

/* An image in the cache is never replaced by an older one. */
static int check_no_older(const struct place *p, time_t made, struct error *err)
{
	_cleanup_error_ struct error ignored = { 0 };
	struct digest old;
	time_t old_made;

	if (!is_there(p->dir) || cached_image_expect(p->m, p->dir, &old, &old_made, &ignored) < 0 ||
	    made >= old_made)
		return 0;
	return error_set(err, STATUS_USAGE, "the list %s is older than the one in the cache, by %lld s: "
			 "a downgrade is refused (remove %s if you want it)", p->m->sums_url,
			 (long long)(old_made - made), p->dir);
}

static bool has_it_already(const struct place *p, const struct digest *want)
{
	_cleanup_error_ struct error ignored = { 0 };

	return is_there(p->dir) && cached_image_check_disk(p->dir, want, &ignored) == 0;
}

/* Removes what a killed fetch left, unless it is the beginning of the wanted disk. */
static int keep_beginning_of(const struct place *p, const struct digest *want, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/want", p->part);
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *was = file_read(path, sizeof(want->hex), NULL, &ignored);

	if (!was || strcmp(was, want->hex)) {
		remove_part(p, CACHED_IMAGE_DISK);
		remove_part(p, CACHED_IMAGE_DISK ".from");
	}
	return file_write(path, want->hex, strlen(want->hex), err);
}

static bool has_part(const struct place *p, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", p->part, name);

	return access(path, F_OK) == 0;
}

static int check_part(const struct place *p, const struct digest *want, struct error *err)
{
	progress_begin(p->o->progress, "verify image");
	return cached_image_check_disk(p->part, want, err);
}

/* A wrong disk that was put together from two transfers is fetched once more, from its first byte. */
static int fetch_disk(const struct place *p, const struct digest *want, struct error *err)
{
	bool was_begun = has_part(p, CACHED_IMAGE_DISK);

	if (was_begun && !has_part(p, CACHED_IMAGE_DISK ".from") && check_part(p, want, err) == 0)
		return 0;
	error_clear(err);
	for (;; was_begun = false) {
		progress_begin(p->o->progress, "fetch image");
		if (fetch_one(p, p->m->url, CACHED_IMAGE_DISK, DISK_MAX, ATTEMPTS, err) < 0)
			return -1;
		if (check_part(p, want, err) == 0)
			return 0;
		if (interrupt_pending())
			return -1;
		remove_part(p, CACHED_IMAGE_DISK);
		if (!was_begun)
			return error_wrap(err, "%s is refused", p->m->url);
		progress_note(p->o->progress, "%s; once more, from the start", err->message);
		error_clear(err);
	}
}

static int add_file(json_t *files, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	if (access(path, F_OK) < 0)
		return 0;	/* a pinned image has no list */
	return built_image_note_file(files, dir, name, err);
}

static json_t *time_text(time_t t)
{
	struct tm tm;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	return json_string(text);
}

static int write_record(const struct place *p, time_t made, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/image.json", p->part);
	json_t *files = json_object(), *json;
	_cleanup_free_ char *text = NULL;

	if (add_file(files, p->part, CACHED_IMAGE_DISK, err) < 0 ||
	    add_file(files, p->part, CACHED_IMAGE_LIST, err) < 0 ||
	    add_file(files, p->part, CACHED_IMAGE_SIGNATURE, err) < 0) {
		json_decref(files);
		return -1;
	}
	json = json_pack("{ss ss ss ss so* so so}", "kind", "guest", "name", p->m->name, "serial",
			 p->m->serial, "url", p->m->url, "signed", made ? time_text(made) : NULL,
			 "fetched", time_text(time(NULL)), "files", files);
	text = json ? json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
	json_decref(json);
	if (!text)
		return error_set(err, STATUS_USAGE, "cannot write %s: a name in it is not UTF-8", path);
	return file_write(path, text, strlen(text), err);
}

static int move_into_place(const struct place *p, struct error *err)
{
	remove_part(p, "want");
	syncfs(p->lock_fd);
	if (access(p->dir, F_OK) == 0 && rename(p->dir, p->old) < 0)
		return error_errno(err, STATUS_USAGE, "cannot move %s", p->dir);
	if (rename(p->part, p->dir) < 0) {
		error_errno(err, STATUS_USAGE, "cannot move %s into place", p->part);
		put_back(p);
		return -1;
	}
	dir_remove(p->old);
	return 0;
}

static int fetch_all(const struct place *p, struct error *err)
{
	struct digest want;
	time_t made;

	if (dir_make(p->part, err) < 0 || fetch_list(p, err) < 0 ||
	    cached_image_expect(p->m, p->part, &want, &made, err) < 0 ||
	    check_no_older(p, made, err) < 0)
		return -1;
	if (has_it_already(p, &want)) {
		progress_note(p->o->progress, "%s in the cache is what the server has", p->m->name);
		dir_remove(p->part);
		return 0;
	}
	if (keep_beginning_of(p, &want, err) < 0 || fetch_disk(p, &want, err) < 0 ||
	    write_record(p, made, err) < 0)
		return -1;
	return move_into_place(p, err);
}

/* The next fetch has no use for a folder without the beginning of a disk. */
static void drop_empty_part(const struct place *p)
{
	if (!has_part(p, CACHED_IMAGE_DISK))
		dir_remove(p->part);
}

static int check_owner(const struct place *p, const char *images, struct error *err)
{
	_cleanup_free_ char *lock = xasprintf("%s.lock", p->dir);
	const char *cache = p->o->cache;

	if (cache_owner_check(cache, cache, err) < 0 || cache_owner_check(images, cache, err) < 0)
		return -1;
	return cache_owner_check(lock, cache, err);
}

static bool is_enough(const struct place *p)
{
	return is_there(p->dir) && !p->o->is_refresh;
}

static int ensure(struct place *p, const char *images, struct error *err)
{
	int rc;

	if (check_owner(p, images, err) < 0) {
		if (!is_enough(p))
			return -1;
		error_clear(err);	/* a cache of somebody else's is good for what is in it already */
		return 0;
	}
	if (dir_make(images, err) < 0 || take_lock(p, err) < 0)
		return -1;
	put_back(p);
	rc = is_enough(p) ? 0 : fetch_all(p, err);
	if (rc < 0)
		drop_empty_part(p);
	progress_end(p->o->progress);
	return rc;
}

int cached_image_ensure(const struct manifest *m, const struct cached_image_options *o,
			struct error *err)
{
	_cleanup_free_ char *images = xasprintf("%s/images", o->cache);
	struct place p = { .m = m, .o = o, .dir = cached_image_dir(o->cache, m->name), .lock_fd = -1 };
	int rc;

	p.part = xasprintf("%s.part", p.dir);
	p.old = xasprintf("%s.old", p.dir);
	rc = ensure(&p, images, err);
	place_deinit(&p);
	return rc;
}
