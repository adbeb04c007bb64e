// SPDX-License-Identifier: GPL-2.0-only
/* batch: lists of runs, carried out wherever there is room, and summed up once. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "batch/plan_folder.h"
#include "command/batch_commands.h"
#include "run/config_json.h"

struct batch_word {
	const char *name;
	int operands_min, operands_max;
	bool takes_folders;	/* each of which plan.json in it may stand for */
	const char *wanted;
	int (*work)(const struct batch_call *call, struct error *err);
	const char *const *only; /* the options that it takes beside those of batch_words.h; NULL: those of a run */
};

static const char *const carrying_out[] = { "jobs", "program", "cache", "kit", "out", NULL };
static const char *const reading[] = { "cache", "kit", NULL }, *const comparing[] = { "cache", "kit", "json", NULL };

static const struct batch_word words[] = {
	{ "plan", 0, 0, false, "batch plan takes options only", batch_plan, NULL },
	{ "submit", 1, 1, false, "batch submit wants the folder of a batch", batch_submit, carrying_out },
	{ "config", 0, 0, false, "batch config takes options only", batch_config, NULL },
	{ "run", 1, 1, false, "batch run wants one folder of a batch, or its plan.json", batch_run_here, carrying_out },
	{ "merge", 2, OPERANDS_MAX, true,
	  "batch merge wants the folder to make, and those to bring together", batch_merge, reading },
	{ "report", 1, 1, true, "batch report wants the folder of a batch", batch_report, reading },
	{ "compare", 1, 2, true,
	  "batch compare wants a batch of two variants, or two batches of one each", batch_compare, comparing },
};

static const struct batch_word *find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].name, name))
			return &words[i];
	return NULL;
}

/* A class has a plan of its own, and other commands have options that no run has. */
static int check_options(const struct batch_word *word, const struct config *c, struct error *err)
{
	static const char *const others[] = { "subjects", "rubric", "only", "builder", "tree", "base", "linux", "kernels",
					      "interval", "count", "csv" };

	for (size_t i = 0; i < ARRAY_SIZE(others) && !word->only; i++)
		if (config_is_given(c, others[i]))
			return error_set(err, STATUS_USAGE, "batch %s takes no --%s, which is no run's; a class is planned by "
					 "`exitmeter grade --plan`", word->name, others[i]);
	return 0;
}

/* argv[0] is the word. */
static int parse(const struct batch_word *word, struct config *c, struct command_line *line,
		 int argc, char **argv, struct error *err)
{
	argv[0] = (char *)command_batch.name;
	line->only = word->only;
	if (config_parse(c, line, argc, argv, err) < 0 || line->wants_help)
		return line->wants_help ? 0 : -1;
	if (line->operand_count < word->operands_min || line->operand_count > word->operands_max)
		return error_set(err, STATUS_USAGE, "%s (see exitmeter batch --help)", word->wanted);
	return check_options(word, c, err) < 0 ? -1 : config_resolve(c, err);
}

static int carry_out(const struct batch_word *word, struct batch_call *call, struct error *err)
{
	char *folders[OPERANDS_MAX] = { NULL };
	int status = 0;

	for (int i = 0; i < call->operand_count && word->takes_folders && status == 0; i++) {
		folders[i] = plan_folder_of(call->operand[i]);
		if (!folders[i])
			status = error_set(err, STATUS_USAGE, "%s is no folder of a batch, nor its plan.json",
					   call->operand[i]);
	}
	if (word->takes_folders)
		call->operand = (const char *const *)folders;
	if (status == 0)
		status = word->work(call, err);
	for (int i = 0; i < OPERANDS_MAX; i++)
		free(folders[i]);
	return status;
}

static int work(const struct batch_word *word, int argc, char **argv, struct error *err)
{
	struct command_line line = { .read_file = config_read, .operands_max = OPERANDS_MAX };
	struct batch_words own;
	struct config c;
	int status;

	config_init(&c);
	status = batch_words_take(&argc, argv, &own, err);
	if (status == 0)
		status = parse(word, &c, &line, argc, argv, err);
	if (status == 0 && line.wants_help)
		command_print_help(&command_batch);
	else if (status == 0)
		status = carry_out(word, &(struct batch_call){ &c, &own, line.operand, line.operand_count }, err);
	matrix_deinit(&own.matrix);
	config_deinit(&c);
	return status;
}

static int cmd_batch(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	const struct batch_word *word = find(argc > 1 ? argv[1] : NULL);
	int status;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		command_print_help(&command_batch);
		return STATUS_PASS;
	}
	if (word)
		status = work(word, argc - 1, argv + 1, &err);
	else
		status = error_set(&err, STATUS_USAGE,
				   "batch wants one of plan, run, merge, report, compare, submit and config, "
				   "not '%s' (see exitmeter batch --help)",
				   argc > 1 ? argv[1] : "");
	return status < 0 ? error_print(&err) : status;
}

static const char *const options[] = {
	"host",	       "guest",	      "firmware",   "scenario",	  "layout",  "edition",
	"scope",       "paging",      "modules",     "vcpus",	    "memory",	  "out",     "cache",
	"libvirt-uri", "kit",	      "module-dir", "jobs",	  "program", "host-image",
	"saved-host",  "guest-image", "image",	    "image-file", "bochs",   "deterministic",
	"carry",       "sdm",	      "patience",   "json",	  NULL
};

const struct command command_batch = {
	.name = "batch",
	.summary = "many runs: plan them, carry them out, merge them, sum them up",
	.usage = "plan|run|merge|report|compare|submit|config [OPTION]... [FOLDER]...",
	.text = "\n"
		"A batch is a folder with plan.json, a list of runs. Each has an id that follows from\n"
		"its configuration, the SHA-256 of its inputs, and which repetition it is, so that what\n"
		"is done is never done twice, and what is half done is done again.\n"
		"\n"
		"  batch plan [--axis OPTION=WORD,WORD]... [--runs N] [OPTION of run]...\n"
		"      Plans N runs of each combination of words, in the folder --out (default: one in\n"
		"      CACHE/batches), whose name it prints. OPTION is one of `run`, or kernel, whose\n"
		"      words are those of KERNEL= in the Makefile.\n"
		"  batch plan --variant NAME=FILE [--variant NAME=FILE]... [--runs N]\n"
		"      The same of configurations in files, as `batch config` writes them.\n"
		"  batch run [--shard K/N] [--jobs J] [--cache DIR] [--kit DIR] [--out DIR] FOLDER\n"
		"      Carries out what is missing, be it of the K-th of N parts. The same command goes\n"
		"      on where it was stopped. --cache and --kit stand for those that were planned with.\n"
		"  batch merge INTO FOLDER...\n"
		"      Brings the runs of several machines together, and refuses what does not belong.\n"
		"  batch report [--all] FOLDER\n"
		"      Prints n, median, mean, its 95 % interval, least and most of each reason's exits;\n"
		"      writes batch.json and batch.html. --all takes also runs that were woken or retried.\n"
		"  batch compare [--all] [--json] FOLDER [FOLDER]\n"
		"      Holds two variants against each other, and says in a sentence what differs; writes\n"
		"      comparison.json and comparison.html.\n"
		"  batch submit [--engine slurm|local] [--shards N] [--node-cache DIR] [--wait] FOLDER\n"
		"      Carries the batch out, and reports. slurm: as an array of N shards (8) and a job\n"
		"      behind them, by the scripts in FOLDER/slurm, where all nodes share FOLDER.\n"
		"      --node-cache names a folder of each node's own that gets the images once.\n"
		"  batch config [OPTION of run]...\n"
		"      Prints a configuration, for --variant.\n",
	.options = options,
	.own_options = batch_own_options,
	.words = "plan run merge report compare submit config",
	.more = "Exit codes: 0 all passed, nothing is missing, or nothing differs; 1 a clause failed, or\n"
		"A and B differ; 3 a run is lost or missing; otherwise as for `run`.\n",
	.run = cmd_batch,
};
