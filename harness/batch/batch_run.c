// SPDX-License-Identifier: GPL-2.0-only
#include "batch/batch_run.h"

#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/run_whole.h"
#include "batch/run_lock.h"
#include "run/config_json.h"
#include "run/config_option.h"

static char *path_of(const struct batch_run *run, const char *ending)
{
	return xasprintf("%s/%s%s", run->dir, run->place, ending);
}

static char *log_of(const struct batch_run *run, const char *ending)
{
	return xasprintf("%s/logs/%s.%s", run->dir, run->log, ending);
}

void batch_run_deinit(struct batch_run *run)
{
	free(run->label);
	free(run->place);
	free(run->log);
	free(run->why);
	memset(run, 0, sizeof(*run));
}

/* The new run folder takes the place of the one before in two steps, of which each may be the last. */
static bool put_into_place(const struct batch_run *run)
{
	_cleanup_free_ char *part = path_of(run, ".new"), *final = path_of(run, "");

	dir_remove(final);
	return rename(part, final) == 0;
}

/* Moves it into place where it is whole and an earlier start was killed before it could. */
static void adopt(const struct batch_run *run)
{
	_cleanup_free_ char *part = path_of(run, ".new");

	if (run_is_whole(part, run->id))
		put_into_place(run);
	else
		dir_remove(part);
}

bool batch_run_is_done(const struct batch_run *run)
{
	_cleanup_free_ char *dir = path_of(run, "");

	return run_is_whole(dir, run->id);
}

bool batch_run_is_anothers(const struct batch_run *run)
{
	_cleanup_free_ char *dir = path_of(run, "");

	return run_is_anothers(dir, run->id);
}

/* What the program is given.  The nonce is each run's own. */
static int write_config(const struct batch_run *run, const char *path, struct error *err)
{
	struct config c;
	int rc;

	config_init(&c);
	config_copy(&c, run->config);
	text_replace(&c.nonce, NULL);
	text_replace(&c.out, path_of(run, ".new"));
	text_replace(&c.run_id, xstrdup(run->id));
	rc = config_write(&c, path, err);
	config_deinit(&c);
	return rc;
}

void batch_run_queue(struct batch_run *run, struct task_list *tasks, const char *program)
{
	_cleanup_free_ char *path = log_of(run, "json"), *log = log_of(run, "log");
	const char *argv[] = { program, "run", "--config", path, NULL };

	task_add(tasks, TASK_RUN, run->label, argv, log, run);
}

/* The lock is ours. */
static int begin(struct batch_run *run)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *path = log_of(run, "json"), *part = path_of(run, ".new");

	adopt(run);
	if (!run->is_forced && batch_run_is_done(run)) {
		run->state = BATCH_DONE;
		run->is_old = true;
		run_lock_release(run->lock, run->place);
		return CLAIM_NEEDLESS;
	}
	run->state = BATCH_PLANNED;
	dir_make_parents(part);
	dir_make_parents(path);
	if (write_config(run, path, &why) == 0)
		return CLAIM_TAKEN;
	batch_run_fail(run, xstrdup(why.message));
	run_lock_release(run->lock, run->place);
	return CLAIM_NEEDLESS;
}

int batch_run_claim(struct batch_run *run, enum task_kind kind, struct error *err)
{
	int rc = run_lock_take(run->lock, run->place, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		run->state = BATCH_LOCKED;
	else if (kind == TASK_RUN)
		return begin(run);
	return rc == 0 ? CLAIM_HELD : CLAIM_TAKEN;
}

void batch_run_queue_judge(struct batch_run *run, struct task_list *tasks, const char *program)
{
	_cleanup_free_ char *dir = path_of(run, ""), *log = log_of(run, "judge.log");
	const char *edition = run->config->edition;
	const char *argv[] = { program, "replay", dir, edition ? "--edition" : NULL, edition, NULL };

	task_add(tasks, TASK_JUDGE, run->label, argv, log, run);
}

void batch_run_fail(struct batch_run *run, char *why)
{
	run->state = BATCH_FAILED;
	text_replace(&run->why, why);
}

void batch_run_judged(struct batch_run *run, const struct task *task)
{
	int code = WIFEXITED(task->status) ? WEXITSTATUS(task->status) : -1;

	run_lock_release(run->lock, run->place);
	run->state = BATCH_PLANNED;
	if (code == STATUS_PASS || code == STATUS_FAIL || code == STATUS_TIMEOUT || code == STATUS_LOST)
		run->state = BATCH_DONE;
	run->is_old = run->state == BATCH_DONE;
}

void batch_run_ended(struct batch_run *run, const struct task *task)
{
	_cleanup_free_ char *part = path_of(run, ".new");

	if (run_is_whole(part, run->id) && put_into_place(run))
		run->state = BATCH_DONE;
	else
		batch_run_fail(run, jobs_last_words(task->log));
	run_lock_release(run->lock, run->place);
}
