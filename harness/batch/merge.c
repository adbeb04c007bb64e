// SPDX-License-Identifier: GPL-2.0-only
#include "batch/merge.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/dir_copy.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/plan_folder.h"
#include "batch/plan_json.h"
#include "batch/run_id.h"
#include "batch/run_lock.h"
#include "batch/run_whole.h"
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
	return seal_check(dir, inputs, err) < 0 ? -1 : dir_copy_check(dir, err);
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

/* What comes of a run of the plan in the folder that is made. */
enum fate { FATE_MISSING, FATE_THERE, FATE_TAKEN };

struct merge {
	const struct plan *plan;
	const char *into;
	const char *const *from;
	size_t count; /* of from */
	const char *const *inputs;
	struct merge_result *result;
	enum fate *fates;
	size_t *sources; /* where each that is taken comes from, as an index of from */
};

static char *path_in(const char *dir, const struct plan_run *run)
{
	return xasprintf("%s/%s", dir, run->place);
}

/* The first of the folders that has it; their runs have been checked. */
static bool find_source(struct merge *m, size_t index)
{
	for (size_t i = 0; i < m->count; i++) {
		_cleanup_free_ char *path = path_in(m->from[i], &m->plan->runs[index]);

		m->sources[index] = i;
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

/*
 * A run that was cut short or altered gives way to a whole one.  Where there is none, one that was cut short is done
 * again by whoever carries the batch out, and one that was altered would be taken for done.
 */
static int decide(struct merge *m, size_t index, struct error *err)
{
	const struct plan_run *run = &m->plan->runs[index];
	_cleanup_free_ char *place = path_in(m->into, run);
	_cleanup_error_ struct error why = { 0 };

	if (access(place, F_OK) == 0 && check_run(run, place, m->inputs, &why) == 0) {
		m->fates[index] = FATE_THERE;
		return 0;
	}
	if (!json_array_size(m->plan->subjects) && run_is_anothers(place, run->id))
		return error_set(err, STATUS_USAGE, "%s is a whole run of another plan: move it away", place);
	if (find_source(m, index)) {
		m->fates[index] = FATE_TAKEN;
		return 0;
	}
	return run_is_whole(place, run->id) ? check_run(run, place, m->inputs, err) : 0;
}

static int lock_run(const struct merge *m, size_t index, int lock, struct error *err)
{
	const struct plan_run *run = &m->plan->runs[index];
	int rc = run_lock_take(lock, run->place, err);

	if (rc == 0)
		return error_set(err, STATUS_USAGE,
				 "another exitmeter is at %s/%s: wait for it to end, and merge again", m->into,
				 run->place);
	return rc < 0 ? -1 : 0;
}

static int take_run(const struct merge *m, size_t index, struct error *err)
{
	const struct plan_run *run = &m->plan->runs[index];
	_cleanup_free_ char *source = path_in(m->from[m->sources[index]], run);
	_cleanup_free_ char *place = path_in(m->into, run), *part = xasprintf("%s.new", place);

	dir_remove(part);
	if (dir_copy(source, part, err) < 0)
		return -1;
	dir_remove(place);
	return rename(part, place) < 0 ? error_errno(err, STATUS_USAGE, "cannot make %s", place) : 0;
}

/* Nobody else is at any of them before the first is taken. */
static int take_all(const struct merge *m, struct error *err)
{
	_cleanup_close_ int lock = -1;

	if (dir_make(m->into, err) < 0 || (!plan_folder_has_plan(m->into) && plan_write(m->into, m->plan, err) < 0))
		return -1;
	lock = run_lock_open(m->into, err);
	if (lock < 0)
		return -1;
	for (size_t k = 0; k < m->plan->run_count; k++)
		if (m->fates[k] == FATE_TAKEN && lock_run(m, k, lock, err) < 0)
			return -1;
	for (size_t k = 0; k < m->plan->run_count; k++)
		if (m->fates[k] == FATE_TAKEN && take_run(m, k, err) < 0)
			return -1;
	return 0;
}

static void count_fates(const struct merge *m)
{
	for (size_t k = 0; k < m->plan->run_count; k++) {
		m->result->taken += m->fates[k] == FATE_TAKEN;
		m->result->known += m->fates[k] == FATE_THERE;
		m->result->missing += m->fates[k] == FATE_MISSING;
	}
}

int merge_folders(const struct plan *plan, const char *into, const char *const *from, size_t count,
		  const char *const *inputs, struct merge_result *ret, struct error *err)
{
	_cleanup_free_ enum fate *fates = xcalloc(plan->run_count + 1, sizeof(*fates));
	_cleanup_free_ size_t *sources = xcalloc(plan->run_count + 1, sizeof(*sources));
	struct merge m = { plan, into, from, count, inputs, ret, fates, sources };

	memset(ret, 0, sizeof(*ret));
	if (plan_folder_check(into, plan, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (check_folder(plan, from[i], inputs, err) < 0)
			return -1;
	for (size_t k = 0; k < plan->run_count; k++)
		if (decide(&m, k, err) < 0)
			return -1;
	if (take_all(&m, err) < 0)
		return -1;
	count_fates(&m);
	return 0;
}
