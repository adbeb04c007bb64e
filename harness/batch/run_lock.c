// SPDX-License-Identifier: GPL-2.0-only
#include "batch/run_lock.h"

#include <fcntl.h>

#include "base/memory.h"

#define LOCK ".exitmeter-batch.lock"

int run_lock_open(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" LOCK, dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? error_errno(err, STATUS_USAGE, "cannot open %s", path) : fd;
}

bool run_lock_take(int fd, size_t index)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)index, .l_len = 1
	};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}
