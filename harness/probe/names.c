// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <string.h>


static int find(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

int layout_by_name(const char *name)
{
	return strcmp(name, "auto") ? find(em_layout_names, EM_LAYOUTS, name) : EM_LAYOUTS;
}

int point_by_name(const char *name)
{
	return find(em_point_names, EM_POINTS, name);
}

bool nonce_is_valid(const char *nonce)
{
	size_t len = strlen(nonce);

	return len > 0 && len <= EM_NONCE_MAX && strspn(nonce, "0123456789abcdef") == len;
}
