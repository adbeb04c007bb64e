/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_CACHE_OWNER_H
#define EXITMETER_CACHE_OWNER_H

#include "base/error.h"

/*
 * STATUS_USAGE: path is a file or folder of the cache that this user may not write to, because somebody else has made
 * it, as a run or a builder by sudo does.  The message says whose it is and what to do.  What is not there is fine.
 */
int cache_owner_check(const char *path, const char *cache, struct error *err);

#endif
