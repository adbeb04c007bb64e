/* SPDX-License-Identifier: GPL-2.0-only */
/* Follows a file that another process appends to, as `tail -f` does. */
#ifndef EXITMETER_FEED_H
#define EXITMETER_FEED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct feed {
	const char *path;	/* borrowed */
	int fd;			/* -1 until the file exists */
	uint64_t bytes;		/* read so far */
};

static inline struct feed feed_of(const char *path)
{
	return (struct feed){ .path = path, .fd = -1 };
}

/* What has come since the last call: bytes put into buf, 0 where there is nothing new. */
size_t feed_read(struct feed *f, void *buf, size_t size);
void feed_close(struct feed *f);

#endif
