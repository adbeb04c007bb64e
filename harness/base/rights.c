// SPDX-License-Identifier: GPL-2.0-only
#include "base/rights.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

static char *read_own(const char *path)
{
	_cleanup_error_ struct error ignored = { 0 };

	return file_read(path, 1 << 16, NULL, &ignored);
}

char *rights_lacking(const struct right *needed, size_t count)
{
	_cleanup_free_ char *status = read_own("/proc/self/status");
	const char *at = status ? strstr(status, "\nCapEff:") : NULL;
	unsigned long long has = at ? strtoull(at + strlen("\nCapEff:"), NULL, 16) : ~0ull;
	char *list = NULL;

	for (size_t i = 0; i < count; i++)
		if (!(has >> needed[i].bit & 1))
			text_join(&list, " ", "%s", needed[i].name);
	return list;
}

/* Outside of user namespaces all users are those of the machine: "0 0 4294967295". */
bool rights_in_own_space(void)
{
	_cleanup_free_ char *map = read_own("/proc/self/uid_map");
	unsigned long inside = 0, outside = 0, count = UINT32_MAX;

	return map && sscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3 && (inside || outside || count < UINT32_MAX);
}
