// SPDX-License-Identifier: GPL-2.0-only
#include "run/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "run/cache_owner.h"
#include "run/scratch_reap.h"

#define TMP_BYTES_MAX 36
#define HANDED_OVER '='		/* in `owned`: before the name that a folder goes by in the end */
#define LOCK_POLL_US 50000

/*
 * Whether the marker in the folder `path` names the run of the folder `dir`.  Two names are compared
 * by what they lead to, because the cache may be given by another name now.
 */
static bool is_owned_by(const char *dir, const char *path)
{
	_cleanup_free_ char *marker = xasprintf("%s/%s", path, SCRATCH_MARKER);
	_cleanup_error_ struct error none = { 0 };
	_cleanup_free_ char *owner = NULL;
	struct stat named, ours;

	if (path[0] != '/')
		return false;
	owner = file_read(marker, PATH_MAX, NULL, &none);
	return owner && stat(owner, &named) == 0 && stat(dir, &ours) == 0 &&
	       named.st_dev == ours.st_dev && named.st_ino == ours.st_ino;
}

static void remove_marker(const char *dir, const char *path)
{
	_cleanup_free_ char *marker = xasprintf("%s/%s", path, SCRATCH_MARKER);

	if (is_owned_by(dir, path))
		unlink(marker);
}

static void remove_owned(const char *dir)
{
	_cleanup_free_ char *list = xasprintf("%s/owned", dir);
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *text = file_read(list, 1 << 16, NULL, &err);
	char *save = NULL;

	for (char *p = strtok_r(text ? text : (char[]){ "" }, "\n", &save); p;
	     p = strtok_r(NULL, "\n", &save)) {
		if (*p == HANDED_OVER) {
			remove_marker(dir, p + 1);
			continue;
		}
		if (!is_owned_by(dir, p)) {
			if (*p == '/')
				rmdir(p);	/* died before it was marked: empty, or not ours */
			continue;
		}
		reap_domains(p);
		dir_remove(p);
	}
}

/* Another start may hold the lock for long, while it puts things back: a signal ends the wait. */
static int wait_for_lock(int fd, struct error *err)
{
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (interrupt_check(err) < 0)
			return -1;
		if (errno != EINTR && errno != EWOULDBLOCK)
			return -1;
		usleep(LOCK_POLL_US);
	}
	return 0;
}

static int lock_open(const char *path, bool wait, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open the lock %s", path);
	if ((wait ? wait_for_lock(fd, err) : flock(fd, LOCK_EX | LOCK_NB)) == 0)
		return fd;
	if (!err->message)
		error_errno(err, STATUS_USAGE, "cannot lock %s", path);
	close(fd);
	return -1;
}

static int sweep_one(const char *dir, scratch_restore_fn restore, bool *ret_dead,
		     struct error *err)
{
	_cleanup_free_ char *lock = xasprintf("%s/lock", dir);
	_cleanup_error_ struct error busy = { 0 };
	_cleanup_close_ int fd = -1;

	*ret_dead = false;
	if (access(lock, F_OK) < 0) {
		rmdir(dir);	/* died before it had a lock; anything else is not ours */
		return 0;
	}
	fd = lock_open(lock, false, &busy);
	if (fd < 0)
		return 0;	/* a live run */
	*ret_dead = true;
	reap_children(dir);
	remove_owned(dir);
	if (restore && restore(dir, err) < 0)
		return error_wrap(err, "cannot put back what a dead run changed (%s)", dir);
	dir_remove(dir);
	return 0;
}

/* The caller holds the lock of the scratch folder as a whole. */
static int sweep_locked(const char *base, scratch_restore_fn restore, unsigned int *ret_swept,
			struct error *err)
{
	DIR *d = opendir(base);
	struct dirent *e;
	int rc = 0;

	if (!d)
		return error_errno(err, STATUS_USAGE, "cannot read %s", base);
	while (rc == 0 && (e = readdir(d))) {
		_cleanup_free_ char *dir = xasprintf("%s/%s", base, e->d_name);
		bool dead = false;

		if (e->d_name[0] == '.')
			continue;
		rc = sweep_one(dir, restore, &dead, err);
		if (dead && ret_swept)
			(*ret_swept)++;
	}
	closedir(d);
	return rc;
}

static int base_lock(const char *cache, char **ret_base, struct error *err)
{
	_cleanup_free_ char *base = xasprintf("%s/scratch", cache);
	_cleanup_free_ char *path = NULL;
	int fd;

	path = xasprintf("%s/.lock", base);
	if (cache_owner_check(cache, cache, err) < 0 || cache_owner_check(base, cache, err) < 0 ||
	    cache_owner_check(path, cache, err) < 0 || dir_make(base, err) < 0)
		return -1;
	fd = lock_open(path, true, err);
	if (fd >= 0)
		*ret_base = take_ptr(base);
	return fd;
}

int scratch_sweep(const char *cache, scratch_restore_fn restore, unsigned int *ret_swept,
		  struct error *err)
{
	_cleanup_free_ char *base = NULL;
	_cleanup_close_ int fd = base_lock(cache, &base, err);

	if (ret_swept)
		*ret_swept = 0;
	return fd < 0 ? -1 : sweep_locked(base, restore, ret_swept, err);
}

static int list_owned(const struct scratch *s, const char *prefix, const char *path,
		      struct error *err)
{
	_cleanup_free_ char *list = xasprintf("%s/owned", s->dir);
	FILE *f = fopen(list, "ae");

	if (!f)
		return error_errno(err, STATUS_USAGE, "cannot write %s", list);
	fprintf(f, "%s%s\n", prefix, path);
	if (fclose(f) != 0)
		return error_errno(err, STATUS_USAGE, "cannot write %s", list);
	return 0;
}

int scratch_own_dir(const struct scratch *s, const char *path, struct error *err)
{
	_cleanup_free_ char *marker = xasprintf("%s/%s", path, SCRATCH_MARKER);

	if (list_owned(s, "", path, err) < 0)
		return -1;
	/* A folder that is there is another's: with our marker in it the sweep would remove it. */
	dir_make_parents(path);
	if (mkdir(path, 0755) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make the folder %s", path);
	return file_write(marker, s->dir, strlen(s->dir), err);
}

int scratch_hand_over(const struct scratch *s, const char *path, const char *as,
		      struct error *err)
{
	static const char prefix[] = { HANDED_OVER, '\0' };

	if (list_owned(s, prefix, as, err) < 0)
		return -1;
	if (rename(path, as) < 0)
		return error_errno(err, STATUS_USAGE, "cannot move %s to %s", path, as);
	remove_marker(s->dir, as);	/* only now: until here the sweep has to know the folder */
	return 0;
}

const char *scratch_id(const struct scratch *s)
{
	return strrchr(s->dir, '/') + 1;
}

/*
 * libvirt's monitor socket, ROOT/lib/qemu/domain-1-NAME/monitor.sock with 20 bytes
 * of the name, has to fit sockaddr_un's 108 bytes: a short path of its own.
 */
static int make_libvirt_root(struct scratch *s, struct error *err)
{
	const char *tmp = getuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR");

	if (!tmp || strlen(tmp) > TMP_BYTES_MAX || access(tmp, W_OK) < 0)
		tmp = "/tmp";
	s->libvirt_root = xasprintf("%s/exitmeter-%s", tmp, scratch_id(s));
	return scratch_own_dir(s, s->libvirt_root, err);
}

static int create_locked(const char *base, struct scratch *s, struct error *err)
{
	_cleanup_free_ char *lock = NULL;

	s->lock_fd = -1;
	s->dir = xasprintf("%s/XXXXXX", base);
	if (!mkdtemp(s->dir)) {
		error_errno(err, STATUS_USAGE, "cannot make a folder in %s", base);
		free(take_ptr(s->dir));
		return -1;
	}
	lock = xasprintf("%s/lock", s->dir);
	s->lock_fd = lock_open(lock, false, err);
	if (s->lock_fd < 0)
		return -1;
	return make_libvirt_root(s, err);
}

int scratch_create(const char *cache, scratch_restore_fn restore, struct scratch *ret,
		   struct error *err)
{
	_cleanup_free_ char *base = NULL;
	_cleanup_close_ int fd = base_lock(cache, &base, err);

	memset(ret, 0, sizeof(*ret));
	ret->lock_fd = -1;
	if (fd < 0 || sweep_locked(base, restore, NULL, err) < 0)
		return -1;
	if (create_locked(base, ret, err) == 0)
		return 0;
	scratch_destroy(ret);
	return -1;
}

void scratch_destroy(struct scratch *s)
{
	if (!s->dir)
		return;
	remove_owned(s->dir);
	dir_remove(s->dir);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s->dir);
	free(s->libvirt_root);
	memset(s, 0, sizeof(*s));
	s->lock_fd = -1;
}
