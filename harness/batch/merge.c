// SPDX-License-Identifier: GPL-2.0-only
#include "batch/merge.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/dir_copy.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/plan_json.h"
#include "batch/run_id.h"
#include "batch/run_lock.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"

static bool is_there(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	return access(path, F_OK) == 0;
}

static int check_run(const struct plan_run *run, const char *dir, const char *const *inputs,
		     struct error *err)
{
	if (!run_id_is_done(dir, run->id))
		return error_set(err, STATUS_USAGE,
				 "%s is no whole run, or not the one of the plan (its id is another)",
				 dir);
	if (!is_there(dir, FILE_SUMS))
		return error_set(err, STATUS_LOST,
				 "%s has no " FILE_SUMS ", so nobody knows whether it is as the run "
				 "left it: remove it, and have that run done again",
				 dir);
	return seal_check(dir, inputs, err);
}

static int is_name(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static bool is_half_made(const char *name)
{
	size_t len = strlen(name);

	return (len > 4 && !strcmp(name + len - 4, ".new")) || strstr(name, ".new.part") != NULL;
}

/* Looks for run folders that the plan does not have.  depth: how many levels of folders lie above them. */
static int check_names(const struct plan *plan, const char *top, const char *below,
		       unsigned int depth, struct error *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/%s", top, below);
	struct dirent **names;
	int count = scandir(dir, &names, is_name, alphasort), rc = 0;

	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *place = xasprintf("%s/%s", below, names[i]->d_name);

		if (rc == 0 && depth > 0)
			rc = check_names(plan, top, place, depth - 1, err);
		else if (rc == 0 && !is_half_made(names[i]->d_name) && !plan_find(plan, place))
			rc = error_set(err, STATUS_USAGE, "%s/%s is no run of the plan", top, place);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return rc;
}

static int check_plan(const struct plan *plan, const char *dir, struct error *err)
{
	struct plan other;
	char own_id[65], id[65];

	if (plan_read(dir, &other, err) < 0)
		return -1;
	plan_id(plan, own_id);
	plan_id(&other, id);
	plan_deinit(&other);
	if (!strcmp(own_id, id))
		return 0;
	return error_set(err, STATUS_USAGE, "%s is of another plan (%.12s..., and not %.12s...)",
			 dir, id, own_id);
}

static int check_folder(const struct plan *plan, const char *dir, const char *const *inputs,
			struct error *err)
{
	if (check_plan(plan, dir, err) < 0 || check_names(plan, dir, "runs", 1, err) < 0 ||
	    check_names(plan, dir, "subjects", 0, err) < 0 ||
	    check_names(plan, dir, "second-vendor", 0, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->run_count; i++) {
		_cleanup_free_ char *run = xasprintf("%s/%s", dir, plan->runs[i].place);

		if (access(run, F_OK) == 0 && check_run(&plan->runs[i], run, inputs, err) < 0)
			return -1;
	}
	return 0;
}

static int take_run(const struct plan *plan, size_t index, const char *from, const char *into, int lock,
		    struct merge_result *ret, struct error *err)
{
	const struct plan_run *run = &plan->runs[index];
	_cleanup_free_ char *source = xasprintf("%s/%s", from, run->place);
	_cleanup_free_ char *place = xasprintf("%s/%s", into, run->place),
			    *part = xasprintf("%s.new", place);

	int rc;

	if (access(source, F_OK) < 0)
		return 0;
	if (run_id_is_done(place, run->id)) {
		ret->known++;
		return 0;
	}
	rc = run_lock_take(lock, run->place, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return error_set(err, STATUS_USAGE, "another exitmeter is at %s: wait for it to end, and merge again", place);
	dir_remove(place);
	dir_remove(part);
	if (dir_copy(source, part, err) < 0)
		return -1;
	if (rename(part, place) < 0)
		return error_errno(err, STATUS_USAGE, "cannot make %s", place);
	ret->taken++;
	return 0;
}

static int take_all(const struct plan *plan, const char *into, const char *const *from, size_t count,
		    struct merge_result *ret, struct error *err)
{
	_cleanup_close_ int lock = -1;

	if (dir_make(into, err) < 0)
		return -1;
	lock = run_lock_open(into, err);
	if (lock < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < plan->run_count; k++)
			if (take_run(plan, k, from[i], into, lock, ret, err) < 0)
				return -1;
	return 0;
}

int merge_folders(const struct plan *plan, const char *into, const char *const *from, size_t count,
		  const char *const *inputs, struct merge_result *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < count; i++)
		if (check_folder(plan, from[i], inputs, err) < 0)
			return -1;
	if (take_all(plan, into, from, count, ret, err) < 0)
		return -1;
	for (size_t k = 0; k < plan->run_count; k++) {
		_cleanup_free_ char *place = xasprintf("%s/%s", into, plan->runs[k].place);

		ret->missing += !run_id_is_done(place, plan->runs[k].id);
	}
	return 0;
}
