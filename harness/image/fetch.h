/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fetches a file from a server.  After a transfer that was cut, or a program that was killed, the
 * next one goes on where it stopped, if the server still has the same file.  There are two
 * implementations: fetch_curl.c, and fetch_none.c for an L1 host, which has no network.
 */
#ifndef EXITMETER_FETCH_H
#define EXITMETER_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "run/progress.h"

struct fetch {
	const char *url;
	const char *path;	/* the file to write; while it grows, PATH.from is beside it */
	uint64_t bytes_max;
	long connect_seconds;	/* how long the server may take to answer the call */
	long stall_seconds;	/* how long no byte may come */
	unsigned int attempts;	/* how many may bring nothing new before it gives up */
	bool is_http_allowed;	/* false: only https, for redirects too */
	struct progress *progress;
};

/*
 * STATUS_SKIP: the server cannot be reached, or it broke off; what came is kept.  STATUS_USAGE:
 * another attempt would not help, as where the server has no such file, or the disk no space.
 */
int fetch_file(const struct fetch *f, struct error *err);

#endif
