// SPDX-License-Identifier: GPL-2.0-only
#include "base/follow.h"

#include <fcntl.h>
#include <unistd.h>

size_t follow_read(struct follow *f, void *buf, size_t size)
{
	ssize_t n;

	if (f->fd < 0)
		f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0)
		return 0;
	n = read(f->fd, buf, size);
	if (n <= 0)
		return 0;
	f->bytes += (uint64_t)n;
	return (size_t)n;
}

void follow_close(struct follow *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}
