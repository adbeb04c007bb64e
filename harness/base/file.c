// SPDX-License-Identifier: GPL-2.0-only
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/memory.h"

char *file_read(const char *path, size_t max_bytes, size_t *ret_len, struct error *err)
{
	/* O_NONBLOCK: a FIFO without a writer reads as an empty file, where open() would wait for one. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_fclose_ FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_free_ char *buf = NULL;
	size_t len = 0, size = 4096, n;

	if (!f) {
		error_errno(err, STATUS_USAGE, "cannot open %s", path);
		return NULL;
	}
	buf = xcalloc(1, size + 1);
	while ((n = fread(buf + len, 1, size - len, f)) > 0) {
		len += n;
		if (len > max_bytes) {
			error_set(err, STATUS_USAGE, "%s is larger than %zu bytes", path, max_bytes);
			return NULL;
		}
		if (len == size)
			buf = xrealloc(buf, (size *= 2) + 1);
	}
	if (ferror(f)) {
		error_errno(err, STATUS_USAGE, "cannot read %s", path);
		return NULL;
	}
	buf[len] = '\0';
	if (ret_len)
		*ret_len = len;
	return take_ptr(buf);
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

char *file_name_aside(const char *path)
{
	unsigned int id = 0;

	while (getrandom(&id, sizeof(id), 0) != sizeof(id))
		;
	return xasprintf("%s.part.%08x", path, id);
}

int file_write(const char *path, const void *data, size_t len, struct error *err)
{
	_cleanup_free_ char *aside = file_name_aside(path);
	_cleanup_close_ int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot create %s", path);
	if (write_all(fd, data, len) < 0 || rename(aside, path) < 0) {
		error_errno(err, STATUS_USAGE, "cannot write %s", path);
		unlink(aside);
		return -1;
	}
	return 0;
}

void dir_make_parents(const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0755);	/* the last one tells of a failure */
		*p = '/';
	}
}

int dir_make(const char *path, struct error *err)
{
	struct stat st;

	dir_make_parents(path);
	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	if (errno != EEXIST)
		return error_errno(err, STATUS_USAGE, "cannot make the folder %s", path);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void dir_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
