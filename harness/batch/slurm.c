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

/* Seconds of a run on two cores, warm: README.md has the table. */
static unsigned int typical_seconds(const struct config *c)
{
	static const unsigned int seconds[GUEST_TYPES][HOST_TYPES] = {
		[GUEST_CLOUD] = { 120, 120, 120, 300, 120 },
		[GUEST_MICRO] = { 25, 25, 25, 45, 25 },
	};

	return seconds[c->guest][c->host] * (c->deterministic || c->firmware == FIRMWARE_UEFI ? 3 : 1) * (unsigned int)c->patience;
}

/* No run goes on for longer, since these are its own time limits. */
static unsigned int most_seconds(const struct config *c)
{
	return (unsigned int)((c->timeout_start + c->timeout_early + c->timeout_boot +
			       c->timeout_shutdown) *
			      c->patience);
}

void slurm_need(const struct plan *plan, unsigned int shards, struct slurm_need *ret)
{
	unsigned int typical = 1, most = 60;
	size_t runs = (plan->run_count + shards - 1) / shards;

	*ret = (struct slurm_need){ 0 };
	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct config *c = &plan->variants[i].config;
		unsigned int mib = tasks_run_mib((unsigned int)c->memory_mib);

		ret->mib = mib > ret->mib ? mib : ret->mib;
		typical = typical_seconds(c) > typical ? typical_seconds(c) : typical;
		most = most_seconds(c) > most ? most_seconds(c) : most;
	}
	ret->minutes = START_MINUTES +
		       (unsigned int)((runs * typical * TYPICAL_FACTOR + most + 59) / 60);
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

static void put_staged(FILE *out, const char *path, const char *cache)
{
	size_t len = strlen(cache);

	if (!path || strncmp(path, cache, len) || path[len] != '/')
		return;
	fputs(" \\\n\t", out);
	put_word(out, path + len + 1);
}

/* Each node has the images once, whole or not at all; each run verifies them there. */
static void put_staging(FILE *out, const struct plan *plan, const char *node_cache)
{
	const char *cache = plan->variants[0].config.cache;

	fputs("node=", out);
	put_word(out, node_cache);
	fputs("\nshared=", out);
	put_word(out, cache);
	fputs("\nmkdir -p \"$node\"\nexec 9>\"$node/.staged.lock\"\nflock 9\nfor path in", out);
	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct config *c = &plan->variants[i].config;

		put_staged(out, c->host_image, cache);
		put_staged(out, c->guest_image, cache);
		put_staged(out, c->module_dir, cache);
		if (config_wants_bochs(c))
			put_staged(out, c->bochs, cache);
	}
	fputs("; do\n"
	      "\t[ -e \"$shared/$path\" ] || continue\n"
	      "\tfor record in image.json build.json; do\n"
	      "\t\t! cmp -s \"$shared/$path/$record\" \"$node/$path/$record\" || continue 2\n"
	      "\tdone\n"
	      "\tmkdir -p \"$node/${path%/*}\"\n"
	      "\trm -rf \"${node:?}/$path\" \"$node/$path.part\"\n"
	      "\tcp -r \"$shared/$path\" \"$node/$path.part\"\n"
	      "\tmv \"$node/$path.part\" \"$node/$path\"\n"
	      "done\nflock -u 9\n",
	      out);
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
	      "# Before its time is up, it puts back what a run has changed.\n"
	      "#SBATCH --signal=B:TERM@90\n"
	      "set -eu\n",
	      out);
	if (ask->node_cache && plan->variant_count)
		put_staging(out, plan, ask->node_cache);
	fputs("attempt() {\n\t", out);
	put_run(out, ask);
	fputs(" &\n"
	      "\ttrap 'kill -TERM $!; wait $!; exit 143' TERM\n"
	      "\twait $!\n"
	      "}\n"
	      "# A run that came to nothing is tried once more.\n"
	      "attempt || attempt\n",
	      out);
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

unsigned long slurm_job_id(const char *text)
{
	char *end;
	unsigned long id = strtoul(text, &end, 10);

	return end != text && (!*end || *end == ';' || *end == '\n') ? id : 0;
}
