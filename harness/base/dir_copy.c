// SPDX-License-Identifier: GPL-2.0-only
#include "base/dir_copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

/* sendfile() copies between any two file systems, where copy_file_range() does not on older kernels. */
static int copy_bytes(int from, int to)
{
	ssize_t got;

	do {
		got = sendfile(to, from, NULL, 1u << 30);
	} while (got > 0 || (got < 0 && errno == EINTR));
	return (int)got;
}

static int copy_file(int dir, const char *name, int to_dir, struct error *err)
{
	_cleanup_close_ int from = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_close_ int to = -1;
	struct stat st;

	if (from < 0 || fstat(from, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", name);
	if (!S_ISREG(st.st_mode))
		return error_set(err, STATUS_USAGE, "%s is no regular file", name);
	to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (to < 0 || copy_bytes(from, to) < 0)
		return error_errno(err, STATUS_USAGE, "cannot copy %s", name);
	return 0;
}

static int copy_files(DIR *from, int to, struct error *err)
{
	struct dirent *e;
	int rc = 0;

	while (rc == 0 && (e = readdir(from)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			rc = copy_file(dirfd(from), e->d_name, to, err);
	return rc;
}

int dir_copy(const char *from, const char *to, struct error *err)
{
	_cleanup_close_ int fd = -1;
	DIR *d = opendir(from);
	int rc;

	if (!d)
		return error_errno(err, STATUS_USAGE, "cannot read %s", from);
	dir_make_parents(to);
	if (mkdir(to, 0755) < 0) {
		rc = error_errno(err, STATUS_USAGE, "cannot make %s", to);
	} else {
		fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		rc = fd < 0 ? error_errno(err, STATUS_USAGE, "cannot open %s", to) :
			      copy_files(d, fd, err);
		if (rc < 0)
			dir_remove(to);
	}
	closedir(d);
	return rc < 0 ? error_wrap(err, "%s", from) : 0;
}

static int check_file(int dir, const char *name, struct error *err)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", name);
	return S_ISREG(st.st_mode) ? 0 : error_set(err, STATUS_USAGE, "%s is no regular file", name);
}

int dir_copy_check(const char *from, struct error *err)
{
	DIR *d = opendir(from);
	struct dirent *e;
	int rc = 0;

	if (!d)
		return error_errno(err, STATUS_USAGE, "cannot read %s", from);
	while (rc == 0 && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			rc = check_file(dirfd(d), e->d_name, err);
	closedir(d);
	return rc < 0 ? error_wrap(err, "%s", from) : 0;
}
