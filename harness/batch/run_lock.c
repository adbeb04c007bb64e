// SPDX-License-Identifier: GPL-2.0-only
#include "batch/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"

#define LOCK ".exitmeter-batch.lock"
#define OFFSET_DIGITS 15 /* 60 bits of the SHA-256, since the kernel takes no offset above 63 */

int run_lock_open(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" LOCK, dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? error_errno(err, STATUS_USAGE, "cannot open %s", path) : fd;
}

static struct flock byte_of(const char *place, short type)
{
	char hex[65];

	digest_bytes(place, strlen(place), hex);
	hex[OFFSET_DIGITS] = '\0';
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)strtoull(hex, NULL, 16), .l_len = 1
	};
}

/* The file's name, for people. */
static int refuse(int fd, int code, struct error *err)
{
	_cleanup_free_ char *link = xasprintf("/proc/self/fd/%d", fd);
	char path[PATH_MAX] = LOCK;
	ssize_t len = readlink(link, path, sizeof(path) - 1);

	if (len > 0)
		path[len] = '\0';
	errno = code;
	return error_errno(err, STATUS_USAGE,
			   "cannot lock %s, and without a lock two processes might do one run (have that folder's file "
			   "system mounted with locks, as NFS with lockd and Lustre with -o flock, or choose another)",
			   path);
}

int run_lock_take(int fd, const char *place, struct error *err)
{
	struct flock lock = byte_of(place, F_WRLCK);
	int rc;

	do {
		rc = fcntl(fd, F_OFD_SETLK, &lock);
	} while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return 1;
	return errno == EAGAIN || errno == EACCES ? 0 : refuse(fd, errno, err);
}

void run_lock_release(int fd, const char *place)
{
	struct flock lock = byte_of(place, F_UNLCK);

	fcntl(fd, F_OFD_SETLK, &lock);
}
