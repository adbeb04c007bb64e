// SPDX-License-Identifier: GPL-2.0-only
#include "run/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#define NEED_MIB 512	/* for the logs, the results disk and the overlay */

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool is_empty = true;

	if (!d)
		return false;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			is_empty = false;
	closedir(d);
	return is_empty;
}

static int check_space(const char *dir, struct error *err)
{
	struct statvfs fs;
	unsigned long mib;

	if (statvfs(dir, &fs) < 0)
		return error_errno(err, STATUS_USAGE, "cannot tell the space at %s", dir);
	mib = (unsigned long)((unsigned long long)fs.f_bavail * fs.f_frsize >> 20);
	if (mib < NEED_MIB)
		return error_set(err, STATUS_USAGE,
				 "no space left for the run: %s has %lu MiB free and %d are needed "
				 "(set OUT or CACHE to a roomier place)", dir, mib, NEED_MIB);
	return 0;
}

static char *default_path(const struct config *c, enum host_type host)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
	return xasprintf("%s/runs/%s-%s-%s-%.4s", c->cache, stamp, host_words[host],
			 guest_words[c->guest], c->nonce);
}

/* Refuses, before the run begins, a path to which the folder could not be renamed at its end. */
static int check_final(const char *path, struct error *err)
{
	_cleanup_free_ char *above = xasprintf("%s/..", path);
	struct stat st, up;

	if (strchr(path, '\n'))
		return error_set(err, STATUS_USAGE, "OUT has a line break in it");
	if (lstat(path, &st) < 0)
		return 0;
	if (S_ISLNK(st.st_mode))
		return error_set(err, STATUS_USAGE, "%s is a symbolic link: name the folder itself",
				 path);
	if (!S_ISDIR(st.st_mode) || !is_empty_dir(path))
		return error_set(err, STATUS_USAGE,
				 "%s is there and not empty: an earlier run is never overwritten; "
				 "remove it or choose another OUT", path);
	if (stat(above, &up) == 0 && (up.st_dev != st.st_dev || up.st_ino == st.st_ino))
		return error_set(err, STATUS_USAGE, "%s is a mount point: name a folder in it", path);
	return 0;
}

int rundir_choose(const struct config *c, enum host_type host, struct rundir *ret,
		  struct error *err)
{
	ret->part = NULL;
	ret->final = c->out ? xstrdup(c->out) : default_path(c, host);
	for (size_t n = strlen(ret->final); n > 1 && ret->final[n - 1] == '/'; n--)
		ret->final[n - 1] = '\0';
	return check_final(ret->final, err);
}

int rundir_open(const struct scratch *s, struct rundir *d, struct error *err)
{
	_cleanup_free_ char *parent = xstrdup(d->final);
	char *slash = strrchr(parent, '/');

	*(slash == parent ? slash + 1 : slash) = '\0';
	if (dir_make(parent, err) < 0 || check_space(parent, err) < 0 ||
	    check_space(s->dir, err) < 0)
		return -1;
	d->part = xasprintf("%s.part.%s", d->final, scratch_id(s));
	return scratch_own_dir(s, d->part, err);
}

/* Replaces the link in one step.  A run does not fail for want of it. */
static void point_latest(const struct config *c, const char *final)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *runs = xasprintf("%s/runs", c->cache);
	_cleanup_free_ char *link = xasprintf("%s/latest", runs);
	_cleanup_free_ char *aside = file_name_aside(link);

	if (dir_make(runs, &ignored) == 0 && symlink(final, aside) == 0 &&
	    rename(aside, link) < 0)
		unlink(aside);
}

int rundir_close(const struct config *c, const struct scratch *s, struct rundir *d,
		 struct error *err)
{
	if (scratch_hand_over(s, d->part, d->final, err) < 0)
		return error_wrap(err, "the run folder");
	point_latest(c, d->final);
	return 0;
}

void rundir_deinit(struct rundir *d)
{
	free(d->final);
	free(d->part);
	memset(d, 0, sizeof(*d));
}
