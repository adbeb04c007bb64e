/* SPDX-License-Identifier: GPL-2.0-only */
/* Follows a file that another process appends to, as `tail -f` does. */
#ifndef EXITMETER_FOLLOW_H
#define EXITMETER_FOLLOW_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct follow {
	const char *path;	/* borrowed */
	int fd;			/* -1 until the file exists */
	uint64_t bytes;		/* how many were read so far */
};

static inline struct follow follow_of(const char *path)
{
	return (struct follow){ .path = path, .fd = -1 };
}

/* Reads what was appended since the last call; returns how many bytes, 0 where there are none. */
size_t follow_read(struct follow *f, void *buf, size_t size);
void follow_close(struct follow *f);

#endif
