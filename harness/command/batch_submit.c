// SPDX-License-Identifier: GPL-2.0-only
/* batch submit: has an engine carry out a batch and report, be it this machine or Slurm. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "batch/plan_folder.h"
#include "batch/plan_json.h"
#include "batch/run_whole.h"
#include "batch/slurm.h"
#include "command/batch_commands.h"
#include "evidence/file_names.h"

#define SHARDS_DEFAULT 8
#define WAIT_MS (90LL * 24 * 3600 * 1000)

static int report_on(const struct batch_call *call, const char *dir, struct error *err)
{
	struct batch_call report = *call;

	report.operand = &dir;
	report.operand_count = 1;
	return batch_report(&report, err);
}

static int write_script(const char *dir, const char *name, char *script, struct error *err)
{
	_cleanup_free_ char *text = script, *path = xasprintf("%s/slurm/%s", dir, name);

	dir_make_parents(path);
	return file_write(path, text, strlen(text), err);
}

/* Runs sbatch with --parsable.  Returns the number of the job; 0: see err.  *ret_code: what it ended with. */
static unsigned long sbatch(const char *const *argv, int64_t limit_ms, int *ret_code, struct error *err)
{
	_cleanup_free_ char *output = NULL;
	unsigned long id;

	if (subprocess_capture(argv, limit_ms, ret_code, &output, err) < 0)
		return 0;
	id = slurm_job_id(output);
	if (!id)
		error_set(err, STATUS_USAGE,
			  "sbatch ended with %d, and printed no number of a job: %s", *ret_code, output);
	return id;
}

/* The report waits for the end of all shards, whatever that is.  sbatch --wait ends with what the job ends with. */
static int submit_report(const char *dir, const char *script, unsigned long after, bool wait, struct error *err)
{
	int code;
	_cleanup_free_ char *dependency = xasprintf("--dependency=afterany:%lu", after);
	const char *argv[] = {
		"sbatch", "--parsable", dependency, wait ? "--wait" : script, wait ? script : NULL,
		NULL
	};

	if (!sbatch(argv, wait ? WAIT_MS : SUBPROCESS_SMALL_MS, &code, err))
		return -1;
	if (code != STATUS_PASS && code != STATUS_FAIL && code != STATUS_LOST)
		fprintf(stderr, "the job that reports ended with %d: %s/slurm has what it and the shards said\n",
			code, dir);
	return 0;
}

static int submit_slurm(const struct plan *plan, const struct slurm_ask *ask, bool wait,
			struct error *err)
{
	_cleanup_free_ char *shard = xasprintf("%s/slurm/shard.sh", ask->dir);
	_cleanup_free_ char *report = xasprintf("%s/slurm/report.sh", ask->dir);
	const char *array[] = { "sbatch", "--parsable", shard, NULL };
	unsigned long id;
	int code;

	if (write_script(ask->dir, "shard.sh", slurm_shard_script(plan, ask), err) < 0 ||
	    write_script(ask->dir, "report.sh", slurm_report_script(ask), err) < 0)
		return -1;
	id = sbatch(array, SUBPROCESS_SMALL_MS, &code, err);
	if (!id)
		return -1;
	fprintf(stderr, "job %lu has %u shards (squeue -j %lu); what they say is in %s/slurm\n", id,
		ask->shards, id, ask->dir);
	return submit_report(ask->dir, report, id, wait, err);
}

/* A class is graded by `grade`, which needs to know of what the shards have left undone. */
static void tell_missing(const struct plan *plan, const char *dir)
{
	size_t missing = 0;

	for (size_t i = 0; i < plan->run_count; i++) {
		_cleanup_free_ char *place = xasprintf("%s/%s", dir, plan->runs[i].place);

		missing += !run_is_whole(place, plan->runs[i].id);
	}
	if (missing)
		fprintf(stderr, "%zu of %zu runs are missing: %s/slurm has what the shards said; the same command has "
			"them tried again\n", missing, plan->run_count, dir);
}

static int read_folder(const char *path, char ret[PATH_MAX], struct plan *plan, struct error *err)
{
	_cleanup_free_ char *dir = plan_folder_of(path);

	if (!dir)
		return error_set(err, STATUS_USAGE, "%s is no folder of a batch, nor its " FILE_PLAN, path);
	if (!realpath(dir, ret))
		return error_errno(err, STATUS_USAGE, "cannot find %s", dir);
	if (strpbrk(ret, "\"\\\n$`"))
		return error_set(err, STATUS_USAGE,
				 "%s has a character that Slurm's options cannot: choose another OUT", ret);
	return plan_read(ret, plan, err);
}

static int with_slurm(const struct batch_call *call, struct error *err)
{
	const struct batch_words *w = call->words;
	_cleanup_free_ char *program = subprocess_own_path();
	struct slurm_ask ask = { .program = program,
				 .run_program = call->config->program,
				 .node_cache = w->node_cache };
	char dir[PATH_MAX];
	struct plan plan;
	bool is_class;
	int rc;

	if (call->config->out)
		return error_set(err, STATUS_USAGE,
				 "submit --engine slurm takes no --out: shards leave their runs in the folder of the "
				 "plan");
	if (read_folder(call->operand[0], dir, &plan, err) < 0)
		return -1;
	ask.dir = dir;
	ask.shards = w->shards ? w->shards : SHARDS_DEFAULT;
	if (ask.shards > plan.run_count)
		ask.shards = plan.run_count ? (unsigned int)plan.run_count : 1;
	rc = submit_slurm(&plan, &ask, w->wait, err);
	is_class = json_array_size(plan.subjects) > 0;
	if (rc == 0 && w->wait && is_class)
		tell_missing(&plan, dir);
	plan_deinit(&plan);
	if (rc < 0 || !w->wait || is_class)
		return rc;
	return report_on(call, dir, err);
}

int batch_submit(const struct batch_call *call, struct error *err)
{
	const char *engine = call->words->engine ? call->words->engine : "local";
	_cleanup_free_ char *dir = NULL;
	int rc;

	if (!strcmp(engine, "slurm"))
		return with_slurm(call, err);
	if (strcmp(engine, "local"))
		return error_set(err, STATUS_USAGE, "unknown engine '%s': it is one of slurm local",
				 engine);
	rc = batch_run_here(call, err);
	if (rc < 0)
		return -1;
	dir = call->config->out ? xstrdup(call->config->out) : plan_folder_of(call->operand[0]);
	return report_on(call, dir, err);
}
