// SPDX-License-Identifier: GPL-2.0-only
#include "batch/safe_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"

#define HASH_DIGITS 6
/* A run that goes on is in the folder NAME.new (batch_run.h), which is nobody's name. */
#define PART ".new"

/* isalnum() would depend on the locale. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_safe(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!is_plain(name[i]) && !strchr("._-", name[i]))
			return false;
	return len > 0 && len <= SAFE_NAME_MAX && is_plain(name[0]) && !strstr(name, PART);
}

/* Each run of other characters is one '_', and none stands at the beginning. */
static size_t replace_others(const char *name, char *ret, size_t max)
{
	size_t len = 0;

	for (; *name && len < max; name++) {
		if (is_plain(*name) || (len > 0 && strchr(".-", *name)))
			ret[len++] = *name;
		else if (len > 0 && ret[len - 1] != '_')
			ret[len++] = '_';
	}
	ret[len] = '\0';
	return len;
}

char *safe_name(const char *name)
{
	char plain[SAFE_NAME_MAX + 1], hex[65], *part;

	if (is_safe(name))
		return xstrdup(name);
	digest_bytes(name, strlen(name), hex);
	if (!replace_others(name, plain, SAFE_NAME_MAX - HASH_DIGITS - 1))
		strcpy(plain, "subject");
	while ((part = strstr(plain, PART)))
		*part = '_';
	return xasprintf("%s-%.*s", plain, HASH_DIGITS, hex);
}
