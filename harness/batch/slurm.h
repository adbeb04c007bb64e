/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A batch as jobs of Slurm: an array of shards, and a job behind it that reports.  Both are scripts in the folder of
 * the batch, which all nodes share; sbatch alone carries them out, and a person can, too.  All here is pure.
 */
#ifndef EXITMETER_SLURM_H
#define EXITMETER_SLURM_H

#include "batch/plan.h"

struct slurm_ask {
	const char *dir; /* of the batch */
	const char *program; /* this program */
	const char *run_program; /* what each run is, where that is another one; NULL: it is this one */
	const char *node_cache; /* a folder of each node's own, which gets the images; NULL: they stay where they are */
	unsigned int shards;
};

/* What is asked of Slurm for a shard. */
struct slurm_need {
	unsigned int mib; /* the largest guest's memory, and that of an L1 host */
	unsigned int minutes; /* as many runs as a shard has, by what a run takes, and the time limits of one; or a part */
	unsigned int restarts; /* how often the task of a shard may begin anew; more where that is only a part */
};

void slurm_need(const struct plan *plan, unsigned int shards, struct slurm_need *ret);
/* The script of the array job; the caller frees. */
char *slurm_shard_script(const struct plan *plan, const struct slurm_ask *ask);
/* The script of the job that reports, once all shards have ended, however they did. */
char *slurm_report_script(const struct slurm_ask *ask);
/*
 * The number of the job in what `sbatch --parsable` prints: the last line that is "12" or "12;cluster", since notes may
 * stand before and behind it; 0: there is none.
 */
unsigned long slurm_job_id(const char *text);

#endif
