// SPDX-License-Identifier: GPL-2.0-only
#include "batch/plan_folder.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "batch/plan_json.h"
#include "evidence/file_names.h"

/* What cannot be read may hold anything. */
static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	size_t count = 0;

	if (!d)
		return errno == ENOENT;
	while (readdir(d))
		count++;
	closedir(d);
	return count <= 2;
}

bool plan_folder_has_plan(const char *dir)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_PLAN, dir);

	return access(path, F_OK) == 0;
}

int plan_folder_check(const char *dir, const struct plan *plan, struct error *err)
{
	struct plan old;
	char id[65], old_id[65];

	if (!plan_folder_has_plan(dir))
		return is_empty(dir) ? 0 : error_set(err, STATUS_USAGE,
						     "%s is there, and is no folder of a batch: choose another one",
						     dir);
	if (plan_read(dir, &old, err) < 0)
		return -1;
	plan_id(plan, id);
	plan_id(&old, old_id);
	plan_deinit(&old);
	if (!strcmp(id, old_id))
		return 0;
	return error_set(err, STATUS_USAGE, "%s is of another plan (%.12s..., and not %.12s...): choose another folder",
			 dir, old_id, id);
}

char *plan_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct stat st;

	if (stat(path, &st) < 0 || S_ISDIR(st.st_mode))
		return xstrdup(path);
	if (strcmp(name, FILE_PLAN))
		return NULL;
	return slash ? xasprintf("%.*s", slash == path ? 1 : (int)(slash - path), path) : xstrdup(".");
}
