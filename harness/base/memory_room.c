// SPDX-License-Identifier: GPL-2.0-only
#include "base/memory_room.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

#define TEXT_BYTES_MAX (1u << 20)

static char *read_text(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_error_ struct error ignored = { 0 };

	return file_read(path, TEXT_BYTES_MAX, NULL, &ignored);
}

static uint64_t available_mib(const char *proc)
{
	_cleanup_free_ char *text = read_text(proc, "meminfo");
	const char *at = text ? strstr(text, "MemAvailable:") : NULL;

	return at ? strtoull(at + strlen("MemAvailable:"), NULL, 10) >> 10 : 0;
}

/* The word "max", and a file that is not there, are no limit. */
static void take_limit(const char *dir, const char *name, uint64_t *mib)
{
	_cleanup_free_ char *text = read_text(dir, name);
	uint64_t limit = text && isdigit((unsigned char)*text) ? strtoull(text, NULL, 10) >> 20 : 0;

	if (limit && limit < *mib)
		*mib = limit;
}

/* Those above a group limit it, too.  In a container its path may be seen from outside, and only the top is there. */
static void take_limits(const char *mount, const char *group, const char *name, uint64_t *mib)
{
	_cleanup_free_ char *path = xstrdup(group);

	for (char *slash; (slash = strrchr(path, '/')); *slash = '\0') {
		_cleanup_free_ char *dir = xasprintf("%s%s", mount, path);

		take_limit(dir, name, mib);
	}
	take_limit(mount, name, mib);
}

/* A line is "0::/path" of version 2, and "4:memory:/path" of version 1. */
static void take_group(const char *cgroups, char *line, uint64_t *mib)
{
	char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
	_cleanup_free_ char *memory = xasprintf("%s/memory", cgroups);

	if (!path)
		return;
	*path++ = '\0';
	if (!controllers[1])
		take_limits(cgroups, path, "memory.max", mib);
	else if (!strcmp(controllers + 1, "memory"))
		take_limits(memory, path, "memory.limit_in_bytes", mib);
}

uint64_t memory_room_mib(const char *proc, const char *cgroups)
{
	_cleanup_free_ char *groups = read_text(proc, "self/cgroup");
	uint64_t mib = available_mib(proc);
	char *save = NULL;

	for (char *line = groups ? strtok_r(groups, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save))
		take_group(cgroups, line, &mib);
	return mib;
}
