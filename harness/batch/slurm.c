// SPDX-License-Identifier: GPL-2.0-only
#include "batch/slurm.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "batch/task.h"
#include "run/config_option.h"

#define TYPICAL_FACTOR 4 /* of a node that is slower than ours, or busy */
#define START_MINUTES 10 /* images are copied, the L1 host is saved */
#define MINUTES_MAX 480 /* a task whose time is up goes on anew, so no shard needs more than a cluster likes to give */
#define RESTARTS 20 /* of a task that should need none; then something else is wrong */

/* Seconds of a run on two cores, warm: README.md has the table. */
static unsigned int typical_seconds(const struct config *c)
{
	bool is_vmx = c->host == HOST_EMULATED_VMX;
	bool is_slow = c->deterministic || c->firmware == FIRMWARE_UEFI; /* it is on Bochs, without a saved host */
	unsigned int micro = is_vmx ? 45 : 25, cloud = is_vmx ? 300 : 120;

	return (c->guest == GUEST_MICRO ? micro : cloud) * (is_slow ? 3 : 1) * (unsigned int)c->patience;
}

static long workload_seconds(const struct config *c)
{
	return c->scenario == SCENARIO_WORKLOAD ? c->timeout_workload : 0;
}

/* What is asked for a run, some of which are slower than others. */
static unsigned int likely_seconds(const struct config *c)
{
	return typical_seconds(c) * TYPICAL_FACTOR + (unsigned int)(workload_seconds(c) * c->patience);
}

/* No run goes on for longer, since these are its own time limits. */
static unsigned int most_seconds(const struct config *c)
{
	return (unsigned int)((c->timeout_start + c->timeout_early + c->timeout_boot +
			       workload_seconds(c) + c->timeout_shutdown) *
			      c->patience);
}

void slurm_need(const struct plan *plan, unsigned int shards, struct slurm_need *ret)
{
	unsigned int likely = 1, most = 60;
	size_t runs = (plan->run_count + shards - 1) / shards;
	unsigned int all, least;

	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct config *c = &plan->variants[i].config;

		likely = likely_seconds(c) > likely ? likely_seconds(c) : likely;
		most = most_seconds(c) > most ? most_seconds(c) : most;
	}
	all = START_MINUTES + (unsigned int)((runs * likely + most + 59) / 60);
	least = START_MINUTES + (likely + most + 59) / 60;
	*ret = (struct slurm_need){
		.mib = tasks_run_mib((unsigned int)plan_guest_mib(plan)),
		.minutes = all < MINUTES_MAX ? all : least > MINUTES_MAX ? least : MINUTES_MAX,
		.restarts = RESTARTS + all / MINUTES_MAX,
	};
}

/* As one word of the shell. */
static void put_word(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

/* Slurm takes a '%' of a file's name as its own. */
static void put_log(FILE *out, const char *dir, const char *name)
{
	fputs("#SBATCH --output=\"", out);
	for (; *dir; dir++)
		fputs(*dir == '%' ? "%%" : (char[]){ *dir, '\0' }, out);
	fprintf(out, "/slurm/%s\"\n", name);
}

/* What a node is to have of the cache: a path below it, once. */
struct staged {
	FILE *out;
	const char *cache;
	json_t *known; /* an object, whose keys are the paths */
};

static void put_staged(struct staged *s, const char *path)
{
	size_t len = strlen(s->cache);

	if (!path || strncmp(path, s->cache, len) || path[len] != '/' || json_object_get(s->known, path))
		return;
	json_object_set_new(s->known, path, json_true());
	fputs("\n\t", s->out);
	put_word(s->out, path + len + 1);
}

/* An image that was fetched lies in the cache by its name, and is verified by the keys there. */
static void put_staged_image(struct staged *s, const struct config *c)
{
	_cleanup_free_ char *image = c->image ? xasprintf("%s/images/%s", s->cache, c->image) : NULL;
	_cleanup_free_ char *keys = c->image ? xasprintf("%s/keyrings", s->cache) : NULL;

	put_staged(s, c->image_file);
	put_staged(s, image);
	put_staged(s, keys);
}

static void put_paths(FILE *out, const struct plan *plan, const char *cache)
{
	struct staged s = { out, cache, json_object() };

	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct config *c = &plan->variants[i].config;

		put_staged(&s, c->host_image);
		put_staged(&s, c->guest_image);
		put_staged(&s, c->module_dir);
		if (c->guest == GUEST_CLOUD)
			put_staged_image(&s, c);
		if (config_wants_bochs(c))
			put_staged(&s, c->bochs);
	}
	json_decref(s.known);
}

/*
 * Each thing is copied to a node once, under a name that follows from its content, whole or not at all, and is never
 * changed.  A cache of links to the things that a plan wants is made of them, so that runs of another plan, or of the
 * same one with other modules, take nothing from each other.  Each run verifies what it reads there.
 */
static const char staging[] =
	"# content PATH: a name for what it has, by its record, or by its files, of large ones by size and time.\n"
	"content() (\n"
	"\tset -o pipefail\n"
	"\tcd -- \"$shared\" || exit 1\n"
	"\tfor record in image.json build.json; do\n"
	"\t\t[ ! -f \"$1/$record\" ] || exec sha256sum <\"$1/$record\"\n"
	"\tdone\n"
	"\t{\n"
	"\t\tfind \"./$1\" -type f -size -64M -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum &&\n"
	"\t\t\tfind \"./$1\" -type f -size +63M -printf '%p %s %T@\\n' | LC_ALL=C sort\n"
	"\t} | sha256sum\n"
	")\n"
	"# take PATH NAME: copies it to the node.\n"
	"take() {\n"
	"\t[ ! -e \"$base/store/$2\" ] || return 0\n"
	"\trm -rf \"$base/store/part\"\n"
	"\tcp -r -- \"$shared/$1\" \"$base/store/part\" && mv \"$base/store/part\" \"$base/store/$2\" && return\n"
	"\trm -rf \"$base/store/part\"\n"
	"\treturn 1\n"
	"}\n"
	"# join DIR: makes the cache that has what is listed, as NAME PATH, by links.\n"
	"join() {\n"
	"\tlocal name path\n"
	"\trm -rf \"$1.part\"\n"
	"\twhile read -r name path; do\n"
	"\t\tmkdir -p \"$1.part/$(dirname \"$path\")\" && cp -rl \"$base/store/$name\" \"$1.part/$path\" || return 1\n"
	"\tdone && mv \"$1.part\" \"$1\"\n"
	"}\n"
	"# stage: prints the cache on this node that has what the plan wants.\n"
	"stage() (\n"
	"\tmkdir -p \"$base/store\" && exec 9>\"$base/.lock\" && flock 9 || exit 1\n"
	"\tlist=\n"
	"\tfor path in \"${paths[@]}\"; do\n"
	"\t\t[ -e \"$shared/$path\" ] || continue\n"
	"\t\tname=$(content \"$path\") && name=${name%% *} && take \"$path\" \"$name\" || exit 1\n"
	"\t\tlist+=\"$name $path\"$'\\n'\n"
	"\tdone\n"
	"\tname=$(printf %s \"$list\" | sha256sum) || exit 1\n"
	"\tdir=$base/${name:0:16}\n"
	"\t[ -d \"$dir\" ] || printf %s \"$list\" | join \"$dir\" || { rm -rf \"$dir.part\"; exit 1; }\n"
	"\tprintf '%s' \"$dir\"\n"
	")\n"
	"node=$(stage) || {\n"
	"\techo \"exitmeter: $base cannot be filled, so this shard reads its images from $shared\" >&2\n"
	"\tnode=$shared\n"
	"}\n";

static void put_staging(FILE *out, const struct plan *plan, const char *node_cache)
{
	const char *cache = plan->variants[0].config.cache;

	fputs("base=", out);
	put_word(out, node_cache);
	fputs("\nshared=", out);
	put_word(out, cache);
	fputs("\npaths=(", out);
	put_paths(out, plan, cache);
	fputs("\n)\n", out);
	fputs(staging, out);
}

static void put_run(FILE *out, const struct slurm_ask *ask)
{
	put_word(out, ask->program);
	fprintf(out, " batch run --jobs 1 --shard \"$SLURM_ARRAY_TASK_ID/%u\"", ask->shards);
	if (ask->run_program) {
		fputs(" --program ", out);
		put_word(out, ask->run_program);
	}
	if (ask->node_cache)
		fputs(" --cache \"$node\"", out);
	fputc(' ', out);
	put_word(out, ask->dir);
}

/* Until a run goes on, a signal finds nothing that would have to be put back. */
static void put_again(FILE *out, unsigned int restarts)
{
	fprintf(out,
		"# again N: puts this task back into the queue, unless it has begun anew N times already.\n"
		"again() {\n"
		"\t[ \"${SLURM_RESTART_COUNT:-0}\" -ge \"$1\" ] ||\n"
		"\t\tscontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\n"
		"}\n"
		"trap 'again %u; exit 143' USR1\n",
		restarts);
}

/* What is missing at the end is left to Slurm once more: a node may be full or broken where another is not. */
static void put_attempts(FILE *out, const struct slurm_ask *ask, unsigned int restarts)
{
	fputs("attempt() {\n\t", out);
	put_run(out, ask);
	fprintf(out,
		" &\n"
		"\t# A run that goes on puts back what it has changed.\n"
		"\ttrap 'kill -TERM $! || true; wait $! || true; exit 143' TERM\n"
		"\ttrap 'kill -TERM $! || true; wait $! || true; again %u; exit 143' USR1\n"
		"\twait $!\n"
		"}\n"
		"# 0 and 1: all runs are done. One that came to nothing is tried once more here, and once elsewhere.\n"
		"code=0\n"
		"attempt || code=$?\n"
		"[ $code -le 1 ] || { code=0; attempt || code=$?; }\n"
		"[ $code -le 1 ] || again 1\n"
		"exit $code\n",
		restarts);
}

char *slurm_shard_script(const struct plan *plan, const struct slurm_ask *ask)
{
	_cleanup_text_ struct text text = { 0 };
	FILE *out = text_open(&text);
	struct slurm_need need;

	slurm_need(plan, ask->shards, &need);
	fprintf(out,
		"#!/bin/bash\n#SBATCH --job-name=exitmeter\n#SBATCH --array=1-%u\n#SBATCH --ntasks=1\n"
		"#SBATCH --cpus-per-task=1\n#SBATCH --mem=%uM\n#SBATCH --time=%u\n",
		ask->shards, need.mib, need.minutes);
	put_log(out, ask->dir, "shard-%a.log");
	fputs("#SBATCH --open-mode=append\n"
	      "# A task whose node is lost or wanted by others begins anew elsewhere, and goes on with what is missing.\n"
	      "#SBATCH --requeue\n"
	      "# A while before its time is up, it hears so.\n"
	      "#SBATCH --signal=B:USR1@90\n"
	      "set -eu\n",
	      out);
	put_again(out, need.restarts);
	if (ask->node_cache && plan->variant_count)
		put_staging(out, plan, ask->node_cache);
	put_attempts(out, ask, need.restarts);
	return text_close(&text);
}

char *slurm_report_script(const struct slurm_ask *ask)
{
	_cleanup_text_ struct text text = { 0 };
	FILE *out = text_open(&text);

	fputs("#!/bin/bash\n#SBATCH --job-name=exitmeter-report\n#SBATCH --ntasks=1\n#SBATCH --mem=512M\n"
	      "#SBATCH --time=60\n#SBATCH --requeue\n",
	      out);
	put_log(out, ask->dir, "report.log");
	fputs("exec ", out);
	put_word(out, ask->program);
	fputs(" batch report ", out);
	put_word(out, ask->dir);
	fputc('\n', out);
	return text_close(&text);
}

/* 0: the line is no number. */
static unsigned long read_id(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return digits && (!line[digits] || strchr(";\n", line[digits])) ? strtoul(line, NULL, 10) : 0;
}

unsigned long slurm_job_id(const char *text)
{
	unsigned long id = 0;

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (read_id(line))
			id = read_id(line);
	return id;
}
