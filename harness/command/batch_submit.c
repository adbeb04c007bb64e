// SPDX-License-Identifier: GPL-2.0-only
/* batch submit: has an engine carry out a batch and report, be it this machine or Slurm. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "batch/plan_json.h"
#include "batch/slurm.h"
#include "command/batch_commands.h"

#define SHARDS_DEFAULT 8
#define WAIT_MS (90LL * 24 * 3600 * 1000)

static int write_script(const char *dir, const char *name, char *script, struct error *err)
{
	_cleanup_free_ char *text = script, *path = xasprintf("%s/slurm/%s", dir, name);

	dir_make_parents(path);
	return file_write(path, text, strlen(text), err);
}

/* Runs sbatch with --parsable.  Returns the number of the job; 0: see err. */
static unsigned long sbatch(const char *const *argv, int64_t limit_ms, struct error *err)
{
	_cleanup_free_ char *output = NULL;
	unsigned long id;
	int code;

	if (subprocess_capture(argv, limit_ms, &code, &output, err) < 0)
		return 0;
	id = slurm_job_id(output);
	if (!id)
		error_set(err, STATUS_USAGE,
			  "sbatch ended with %d, and printed no number of a job: %s", code, output);
	return id;
}

/* The report waits for the end of all shards, whatever that is. */
static int submit_report(const char *script, unsigned long after, bool wait, struct error *err)
{
	_cleanup_free_ char *dependency = xasprintf("--dependency=afterany:%lu", after);
	const char *argv[] = {
		"sbatch", "--parsable", dependency, wait ? "--wait" : script, wait ? script : NULL,
		NULL
	};

	return sbatch(argv, wait ? WAIT_MS : SUBPROCESS_SMALL_MS, err) ? 0 : -1;
}

static int submit_slurm(const struct plan *plan, const struct slurm_ask *ask, bool wait,
			struct error *err)
{
	_cleanup_free_ char *shard = xasprintf("%s/slurm/shard.sh", ask->dir);
	_cleanup_free_ char *report = xasprintf("%s/slurm/report.sh", ask->dir);
	const char *array[] = { "sbatch", "--parsable", shard, NULL };
	unsigned long id;

	if (write_script(ask->dir, "shard.sh", slurm_shard_script(plan, ask), err) < 0 ||
	    write_script(ask->dir, "report.sh", slurm_report_script(ask), err) < 0)
		return -1;
	id = sbatch(array, SUBPROCESS_SMALL_MS, err);
	if (!id)
		return -1;
	fprintf(stderr, "job %lu has %u shards (squeue -j %lu); what they say is in %s/slurm\n", id,
		ask->shards, id, ask->dir);
	return submit_report(report, id, wait, err);
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

	if (!realpath(call->operand[0], dir))
		return error_errno(err, STATUS_USAGE, "cannot find %s", call->operand[0]);
	if (strpbrk(dir, "\"\\\n$`"))
		return error_set(err, STATUS_USAGE,
				 "%s has a character that Slurm's options cannot: choose another OUT",
				 dir);
	if (plan_read(dir, &plan, err) < 0)
		return -1;
	ask.dir = dir;
	ask.shards = w->shards ? w->shards : SHARDS_DEFAULT;
	if (ask.shards > plan.run_count)
		ask.shards = plan.run_count ? (unsigned int)plan.run_count : 1;
	rc = submit_slurm(&plan, &ask, w->wait, err);
	is_class = json_array_size(plan.subjects) > 0; /* whose grades are made by `grade` */
	plan_deinit(&plan);
	if (rc < 0 || !w->wait || is_class)
		return rc;
	return batch_report(call, err);
}

int batch_submit(const struct batch_call *call, struct error *err)
{
	const char *engine = call->words->engine ? call->words->engine : "local";
	int rc;

	if (!strcmp(engine, "slurm"))
		return with_slurm(call, err);
	if (strcmp(engine, "local"))
		return error_set(err, STATUS_USAGE, "unknown engine '%s': it is one of slurm local",
				 engine);
	rc = batch_run_here(call, err);
	return rc < 0 ? -1 : batch_report(call, err);
}
