// SPDX-License-Identifier: GPL-2.0-only
/* batch run: carries out on this machine what is missing; batch merge: brings several machines' folders together. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "batch/batch.h"
#include "batch/merge.h"
#include "batch/plan_folder.h"
#include "batch/plan_json.h"
#include "command/batch_commands.h"
#include "command/batch_image.h"
#include "command/jobs_option.h"
#include "evidence/file_names.h"
#include "judge/case_file_load.h"
#include "report/verdict_read.h"
#include "version.gen.h"

static int read_plan(const struct batch_call *call, struct plan *plan, struct error *err)
{
	const struct config *c = call->config;

	if (plan_read(call->operand[0], plan, err) < 0)
		return -1;
	plan_relocate(plan, config_is_given(c, "cache") ? c->cache : NULL,
		      config_is_given(c, "kit") ? c->kit : NULL);
	return 0;
}

/*
 * --out names the folder, which gets a copy of the plan; else it is that of plan.json itself.  A plan of another name
 * may lie anywhere, beside anything.
 */
static int choose_folder(const struct batch_call *call, const struct plan *plan, char **ret, struct error *err)
{
	const char *out = call->config->out;
	_cleanup_free_ char *dir = out ? xstrdup(out) : plan_folder_of(call->operand[0]);

	if (!out && !dir)
		return error_set(err, STATUS_USAGE,
				 "%s is not called " FILE_PLAN ": name the folder for its runs by --out",
				 call->operand[0]);
	if (out && (plan_folder_check(dir, plan, err) < 0 || dir_make(dir, err) < 0 || plan_write(dir, plan, err) < 0))
		return -1;
	*ret = realpath(dir, NULL);
	return *ret ? 0 : error_errno(err, STATUS_USAGE, "cannot find %s", dir);
}

/* The version is in the ids: another one's figures would stand under them. */
static int check_version(const struct plan *plan, struct error *err)
{
	if (!strcmp(plan->program, EXITMETER_VERSION))
		return 0;
	return error_set(err, STATUS_USAGE, "it was planned by exitmeter %s, and this is %s: carry it out with that one, or "
			 "plan it anew", plan->program, EXITMETER_VERSION);
}

struct telling {
	struct batch *batch;
	enum exit_status worst;
};

static void add_verdict(enum exit_status *worst, enum exit_status status)
{
	if (status == STATUS_FAIL || (status != STATUS_PASS && *worst == STATUS_PASS))
		*worst = status;
}

static void tell(void *context, const struct batch_run *run)
{
	struct telling *t = context;
	_cleanup_free_ char *dir = xasprintf("%s/%s", run->dir, run->place),
			    *word = verdict_read(dir, NULL);
	struct batch_count count;

	batch_count(t->batch, &count);
	progress_note(t->batch->progress, "%zu of %zu  %s: %s", count.done + count.failed,
		      count.mine, run->label, run->why ? run->why : word);
}

/* The worst of what all runs of this shard came to. */
static enum exit_status judge_all(const struct batch *batch)
{
	enum exit_status worst = STATUS_PASS;

	for (size_t i = 0; i < batch->plan->run_count; i++) {
		const struct batch_run *run = &batch->runs[i];
		_cleanup_free_ char *dir = xasprintf("%s/%s", run->dir, run->place), *word = NULL;
		enum exit_status status = STATUS_LOST;

		if (run->state == BATCH_ELSEWHERE)
			continue;
		if (run->state == BATCH_DONE)
			word = verdict_read(dir, &status);
		add_verdict(&worst, status);
	}
	return worst;
}

static int carry_out(struct batch *batch, struct error *err)
{
	struct batch_count count;
	int rc = batch_carry_out(batch, err), signo = interrupt_pending();

	batch_count(batch, &count);
	if (rc < 0 && signo) {
		error_clear(err);
		return error_set(err, (enum exit_status)(128 + signo),
				 "stopped by signal %d (%s): %zu of %zu runs are done; "
				 "the same command goes on with the rest",
				 signo, strsignal(signo), count.done, count.mine);
	}
	if (rc < 0)
		return -1;
	progress_note(batch->progress, "%zu of %zu runs are done%s", count.done, count.mine,
		      count.failed ? ", some came to nothing: the same command tries them again" : "");
	return (int)judge_all(batch);
}

/* Two runs on this machine's own KVM would exchange each other's modules. */
static bool is_native(const struct plan *plan)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].config.host == HOST_NATIVE)
			return true;
	return false;
}

int batch_run_here(const struct batch_call *call, struct error *err)
{
	_cleanup_free_ char *own = subprocess_own_path(), *dir = NULL;
	const char *program = call->config->program;
	struct batch_images images;
	struct progress p;
	struct plan plan;
	struct batch batch = {
		.plan = &plan, .shard = call->words->shard, .program = program ? program : own, .progress = &p,
		.image = batch_images_tell(&images)
	};
	struct telling telling = { .batch = &batch };
	int rc;

	interrupt_install();
	progress_init(&p, stderr, false);
	if (read_plan(call, &plan, err) < 0)
		return -1;
	batch_images_init(&images, &p);
	rc = check_version(&plan, err);
	if (rc == 0)
		rc = choose_folder(call, &plan, &dir, err);
	batch.dir = dir;
	batch.over = tell;
	batch.context = &telling;
	batch.tasks.limit[TASK_RUN] = is_native(&plan) ? 1 : jobs_option_count(call->config, plan_guest_mib(&plan));
	batch.tasks.limit[TASK_JUDGE] = batch.tasks.limit[TASK_BUILD] = 1;
	if (rc == 0)
		rc = carry_out(&batch, err);
	batch_deinit(&batch);
	batch_images_deinit(&images);
	plan_deinit(&plan);
	return rc;
}

int batch_merge(const struct batch_call *call, struct error *err)
{
	const char *into = call->operand[0];
	struct merge_result result;
	struct plan plan;
	int rc;

	if (plan_read(plan_folder_has_plan(into) ? into : call->operand[1], &plan, err) < 0)
		return -1;
	rc = merge_folders(&plan, into, call->operand + 1, (size_t)call->operand_count - 1,
			   case_file_inputs, &result, err);
	if (rc == 0)
		printf("%zu runs taken, %zu were there, %zu are missing\n", result.taken,
		       result.known, result.missing);
	plan_deinit(&plan);
	return rc;
}
