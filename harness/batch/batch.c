// SPDX-License-Identifier: GPL-2.0-only
#include "batch/batch.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/run_id.h"
#include "batch/run_lock.h"
#include "batch/source.h"

void batch_count(const struct batch *batch, struct batch_count *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < batch->plan->run_count; i++) {
		if (!shard_has(&batch->shard, batch->plan, i))
			continue;
		ret->mine++;
		ret->done += batch->runs[i].state == BATCH_DONE;
		ret->failed += batch->runs[i].state == BATCH_FAILED;
	}
}

/* The inputs decide over the figures, so those of another build or machine make another run. */
static int check_inputs(const struct batch *batch, const struct plan_run *run, struct error *err)
{
	const struct config *c = &batch->plan->variants[run->variant].config;
	_cleanup_free_ char *modules = source_list_modules(c->module_dir, err);
	_cleanup_free_ char *image = modules ? batch->image.tell(batch->image.context, c, err) : NULL;
	char id[65];

	if (!image || run_id(c, &(struct run_inputs){ modules, batch->plan->program, run->repetition, image },
			     id, err) < 0)
		return -1;
	if (!strcmp(id, run->id))
		return 0;
	return error_set(err, STATUS_USAGE,
			 "%s was planned with other inputs than are here (modules in %s, images, or "
			 "the emulator): plan anew, or take --cache and --kit of where it was planned",
			 run->place, c->module_dir);
}

static int check_all_inputs(const struct batch *batch, struct error *err)
{
	_cleanup_free_ bool *is_checked = xcalloc(batch->plan->variant_count + 1, sizeof(bool));

	for (size_t i = 0; i < batch->plan->run_count; i++) {
		const struct plan_run *run = &batch->plan->runs[i];

		if (is_checked[run->variant] || !shard_has(&batch->shard, batch->plan, i))
			continue;
		is_checked[run->variant] = true;
		if (check_inputs(batch, run, err) < 0)
			return -1;
	}
	return 0;
}

static void init_run(struct batch *batch, size_t index)
{
	const struct plan_run *planned = &batch->plan->runs[index];
	struct batch_run *run = &batch->runs[index];
	const char *name = strchr(planned->place, '/') + 1;

	*run = (struct batch_run){
		.dir = batch->dir,
		.lock = batch->lock,
		.config = &batch->plan->variants[planned->variant].config,
		.label = xstrdup(name),
		.place = xstrdup(planned->place),
		.log = xstrdup(planned->repetition ? name : planned->place),
	};
	for (char *slash = run->log; (slash = strchr(slash, '/'));)
		*slash = '.';
	memcpy(run->id, planned->id, sizeof(run->id));
}

static void queue_run(struct batch *batch, size_t index)
{
	struct batch_run *run = &batch->runs[index];

	run->is_old = batch_run_is_done(run);
	run->state = run->is_old ? BATCH_DONE : BATCH_PLANNED;
	if (!run->is_old)
		batch_run_queue(run, &batch->tasks, batch->program);
}

/* A subject that has handed in anew is measured anew in its place; of a matrix, one plan has one folder. */
static int check_place(const struct batch *batch, size_t index, struct error *err)
{
	const struct batch_run *run = &batch->runs[index];

	if (json_array_size(batch->plan->subjects) || !shard_has(&batch->shard, batch->plan, index) ||
	    !batch_run_is_anothers(run))
		return 0;
	return error_set(err, STATUS_USAGE,
			 "%s/%s is a whole run of another plan: choose another folder, or move that run away", run->dir,
			 run->place);
}

static int begin_runs(struct batch *batch, struct error *err)
{
	for (size_t i = 0; i < batch->plan->run_count; i++) {
		init_run(batch, i);
		if (check_place(batch, i, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < batch->plan->run_count; i++)
		if (shard_has(&batch->shard, batch->plan, i))
			queue_run(batch, i);
		else
			batch->runs[i].state = BATCH_ELSEWHERE;
	return 0;
}

static int claim(void *context, struct task *task, struct error *err)
{
	const struct batch *batch = context;
	const struct batch_run *run = task->owner;
	int rc = batch_run_claim(task->owner, task->kind, err);

	if (rc == CLAIM_NEEDLESS && run->state == BATCH_FAILED && batch->over)
		batch->over(batch->context, run);
	return rc;
}

static void task_ended(void *context, struct task *task)
{
	struct batch *batch = context;
	struct batch_run *run = task->owner;

	batch_run_ended(run, task);
	if (batch->over)
		batch->over(batch->context, run);
}

static void show(void *context)
{
	struct batch *batch = context;
	struct batch_count count;
	_cleanup_free_ char *line = NULL;

	batch_count(batch, &count);
	line = tasks_progress(&batch->tasks, count.done + count.failed, count.mine, now_ms());
	progress_status(batch->progress, line);
	if (!batch->is_wait_told && (batch->is_wait_told = tasks_are_held(&batch->tasks)))
		progress_note(batch->progress, "other processes are at what is left: waiting for them");
}

static int open_lock(struct batch *batch, struct error *err)
{
	_cleanup_free_ char *logs = xasprintf("%s/logs", batch->dir);

	if (dir_make(logs, err) < 0)
		return -1;
	batch->lock = run_lock_open(batch->dir, err);
	return batch->lock < 0 ? -1 : 0;
}

int batch_carry_out(struct batch *batch, struct error *err)
{
	const struct jobs jobs = {
		.tasks = &batch->tasks, .claim = claim, .ended = task_ended, .tick = show, .context = batch
	};
	int rc;

	batch->lock = -1;
	batch->runs = xcalloc(batch->plan->run_count + 1, sizeof(*batch->runs));
	if (check_all_inputs(batch, err) < 0 || open_lock(batch, err) < 0 || begin_runs(batch, err) < 0)
		return -1;
	rc = jobs_carry_out(&jobs, err);
	progress_end(batch->progress);
	return rc;
}

void batch_deinit(struct batch *batch)
{
	for (size_t i = 0; batch->runs && i < batch->plan->run_count; i++)
		batch_run_deinit(&batch->runs[i]);
	free(batch->runs);
	tasks_deinit(&batch->tasks);
	if (batch->runs && batch->lock >= 0)
		close(batch->lock);
}
