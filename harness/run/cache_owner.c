// SPDX-License-Identifier: GPL-2.0-only
#include "run/cache_owner.h"

#include <errno.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* The caller frees. */
static char *user_name(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return user ? xstrdup(user->pw_name) : xasprintf("%u", uid);
}

int cache_owner_check(const char *path, const char *cache, struct error *err)
{
	_cleanup_free_ char *owner = NULL, *we = NULL;
	struct stat st;

	if (access(path, W_OK) == 0 || errno != EACCES)
		return 0;
	we = user_name(geteuid());
	if (stat(path, &st) < 0)
		return error_set(err, STATUS_USAGE, "%s lies in a folder that %s may not enter: choose another place "
				 "with CACHE=", path, we);
	owner = user_name(st.st_uid);
	return error_set(err, STATUS_USAGE, "%s belongs to %s: `sudo chown -R %s %s` makes the cache yours, or "
			 "choose another place with CACHE=", path, owner, we, cache);
}
