/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files from a server, whole or in pieces: a transfer that is cut, or a program
 * that is killed, goes on where it stopped, if the server still has the same file.
 * Two implementations: fetch_curl.c, and fetch_none.c for an L1 host, which has
 * no network.
 */
#ifndef EXITMETER_FETCH_H
#define EXITMETER_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "run/progress.h"

struct fetch {
	const char *url;
	const char *path;	/* the file to make; beside it, while it grows, PATH.from */
	uint64_t bytes_max;
	long connect_seconds;	/* for the server to answer the call */
	long stall_seconds;	/* without a byte */
	unsigned int attempts;	/* that bring nothing new, until it gives up */
	bool is_http_allowed;	/* else https only, redirects included */
	struct progress *progress;
};

/*
 * STATUS_SKIP: the server cannot be reached, or broke off; what came is kept.
 * STATUS_USAGE: it has no such file, sends elsewhere in circles, no space, ...
 */
int fetch_file(const struct fetch *f, struct error *err);

#endif
