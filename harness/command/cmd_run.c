// SPDX-License-Identifier: GPL-2.0-only
/* run: measures a guest on the chosen host, and judges what came of it. */
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/draw_pictures.h"
#include "command/edition_option.h"
#include "command/measuring.h"
#include "evidence/evidence.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "guest/seed.h"
#include "report/plots.h"
#include "report/report_folder.h"
#include "run/beat.h"
#include "run/config_json.h"
#include "run/progress.h"
#include "run/protocol.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/submission_files.h"

static int choose_run_folder(void *command, struct error *err)
{
	struct measuring *cmd = command;

	return rundir_choose(cmd->config, cmd->host, &cmd->rundir, err);
}

static int note_workload(const struct config *c, struct evidence *e, struct error *err)
{
	const char *slash;
	char sha256[65];

	if (!c->workload)
		return 0;
	if (workload_check(c, err) < 0 || digest_file(c->workload, interrupt_check, sha256, err) < 0)
		return -1;
	slash = strrchr(c->workload, '/');
	e->workload = json_object();
	json_object_set_new(e->workload, "name", json_text(slash ? slash + 1 : c->workload));
	json_object_set_new(e->workload, "sha256", json_string(sha256));
	json_object_set_new(e->workload, "seconds", json_integer(c->timeout_workload));
	return 0;
}

static int note_request(void *command, struct error *err)
{
	struct measuring *cmd = command;
	const struct config *c = cmd->config;
	struct evidence *e = &cmd->evidence;

	e->scenario = c->scenario;
	e->host = xstrdup(host_words[cmd->host]);
	e->guest = xstrdup(guest_words[c->guest]);
	e->modules = xstrdup(kvm_words[c->modules]);
	e->nonce = xstrdup(c->nonce);
	e->started = time(NULL);
	e->vcpus = (uint32_t)c->vcpus;
	e->memory_mib = (uint32_t)c->memory_mib;
	e->paging = c->paging;
	e->sdm = (uint32_t)c->sdm;
	e->is_layout_found = c->layout == LAYOUT_AUTO;
	if (!e->is_layout_found)
		e->layout = c->layout;
	if (note_workload(c, e, err) < 0)
		return -1;
	return edition_option_note(c, e, &cmd->edition_text, err);
}

static int open_run_folder(void *command, struct error *err)
{
	struct measuring *cmd = command;

	if (rundir_open(&cmd->scratch, &cmd->rundir, err) < 0)
		return -1;
	cmd->run.dir = cmd->rundir.part;
	return 0;
}

/*
 * Tells of a signal that came too late to stop anything: the run is kept, and the exit code shows
 * the signal.
 */
static int close_run_folder(void *command, struct error *err)
{
	struct measuring *cmd = command;
	const char *final = cmd->rundir.final;
	int signo;

	if (rundir_close(cmd->config, &cmd->scratch, &cmd->rundir, err) < 0)
		return -1;
	signo = interrupt_pending();
	if (cmd->run.progress->style != PROGRESS_PROTOCOL && !cmd->config->json)
		printf("run folder: %s\n", final);
	if (!signo)
		return 0;
	return error_set(err, (enum exit_status)(128 + signo),
			 "stopped by signal %d (%s) when all was measured: %s is whole", signo,
			 strsignal(signo), final);
}

/* What does not compile is judged without booting anything. */
static bool is_built(const void *command)
{
	return !submission_is_unbuilt(((const struct measuring *)command)->config);
}

static int note_unbuilt(void *command, struct error *err)
{
	struct measuring *cmd = command;

	(void)err;
	if (!is_built(cmd))
		cmd->evidence.outcome = OUTCOME_NOT_BUILT;
	return 0;
}

static int keep_submission(void *command, struct error *err)
{
	struct measuring *cmd = command;

	return submission_files_keep(cmd->config, cmd->run.dir, err);
}

/* All is measured by now, so from here on a signal stops nothing any more. */
static int write_evidence(void *command, struct error *err)
{
	struct measuring *cmd = command;
	const struct progress *p = cmd->run.progress;
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, cmd->run.dir);
	_cleanup_free_ char *config = xasprintf("%s/" FILE_CONFIG, cmd->run.dir);
	_cleanup_free_ char *edition = xasprintf("%s/" FILE_EDITION, cmd->run.dir);
	_cleanup_free_ char *text = NULL;

	interrupt_defer();
	for (size_t i = 0; i < p->phase_count; i++)
		evidence_add_duration(&cmd->evidence, p->phases[i].name, p->phases[i].ms);
	text = evidence_format(&cmd->evidence);
	if (cmd->edition_text && file_write(edition, cmd->edition_text, strlen(cmd->edition_text), err) < 0)
		return -1;
	if (config_write(cmd->config, config, err) < 0)
		return -1;
	return file_write(path, text, strlen(text), err);
}

/*
 * Inside an L1 host a run is not judged: L0, which holds the run folder at the end, does that
 * itself.
 */
static bool is_ours_to_judge(const void *command)
{
	const struct measuring *cmd = command;

	return cmd->run.progress->style != PROGRESS_PROTOCOL;
}

/* Prints the report, or with --json the verdicts as they stand in the run folder. */
static int print_verdicts(const struct measuring *cmd, const char *report, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, cmd->run.dir);
	_cleanup_free_ char *json = NULL;

	if (!cmd->config->json) {
		fputs(report, stdout);
		return 0;
	}
	json = file_read(path, 1 << 20, NULL, err);
	if (json)
		puts(json);
	return json ? 0 : -1;
}

static int seal(void *command, struct error *err)
{
	return seal_write(((struct measuring *)command)->run.dir, err);
}

static int judge_and_report(void *command, struct error *err)
{
	struct measuring *cmd = command;
	_cleanup_free_ char *report = NULL;

	if (report_folder(cmd->run.dir, isatty(STDOUT_FILENO), &report, &cmd->verdict, err) < 0 ||
	    draw_pictures(cmd->run.dir, FILE_HTML, plot_pictures, PLOTS, err) < 0)
		return -1;
	return print_verdicts(cmd, report, err);
}

/* clang-format off */
/* What ends a stage stands below what begins it. The host has stages of its own. */
static const struct stage stages[] = {
	{ .quiet = "choose host", .begin = measuring_choose_host },
	{ .quiet = "choose run folder", .begin = choose_run_folder },
	{ .quiet = "note request", .begin = note_request },
	{ .quiet = "scratch folder", .begin = measuring_make_scratch,
	  .end = measuring_remove_scratch },
	{ .quiet = "recover modules", .begin = measuring_recover_modules },
	{ .quiet = "run folder", .begin = open_run_folder,
	  .keep = close_run_folder },
	{ .quiet = "not built", .begin = note_unbuilt },
	{ .quiet = "choose image", .when = is_built, .begin = measuring_choose_image },
	{ .quiet = "host", .when = is_built, .begin = measuring_run_on_host },
	{ .quiet = "submission", .when = is_ours_to_judge, .begin = keep_submission },
	{ .quiet = "evidence", .begin = write_evidence },
	{ .quiet = "seal", .when = is_ours_to_judge, .begin = seal },
	{ .quiet = "judge", .when = is_ours_to_judge, .begin = judge_and_report },
};
/* clang-format on */

static int describe(void *command, struct error *err)
{
	struct measuring *cmd = command;
	const struct config *c = cmd->config;
	_cleanup_free_ char *vm = NULL;

	(void)err;
	cmd->run.dir = cmd->rundir.final;
	vm = measuring_describe_vm(cmd);
	printf("host %s, guest %s, scenario %s, layout %s, modules %s%s%s\nrun folder %s\n\n%s",
	       host_words[cmd->host], guest_words[c->guest], scenario_name(c->scenario),
	       layout_words[c->layout], kvm_words[c->modules], c->edition ? ", edition " : "",
	       c->edition ? c->edition : "", cmd->rundir.final, vm);
	return 0;
}

static const struct stage dry_stages[] = {
	{ .quiet = "choose host", .begin = measuring_choose_host },
	{ .quiet = "choose run folder", .begin = choose_run_folder },
	{ .quiet = "choose image", .begin = measuring_choose_image },
	{ .quiet = "describe", .begin = describe },
};

static int run_config(struct config *c, struct progress *p, struct error *err)
{
	return c->dry_run ? measuring_carry_out(dry_stages, ARRAY_SIZE(dry_stages), c, p, err) :
			    measuring_carry_out(stages, ARRAY_SIZE(stages), c, p, err);
}

static FILE *open_progress(const struct config *c, struct error *err)
{
	FILE *f;

	if (!c->progress)
		return stderr;
	f = fopen(c->progress, "we");
	if (!f)
		error_errno(err, STATUS_USAGE, "cannot open --progress %s", c->progress);
	return f;
}

/* Where an L0 listens the message goes there too, for L0 hears nothing else of it. */
static int report_error(const struct config *c, const struct progress *p, const struct error *err)
{
	fflush(stdout); /* in one file with it, the message comes after the table, not in it */
	fprintf(stderr, "exitmeter: %s\n", err->message);
	if (c->progress && p->out)
		fprintf(p->out, PROTOCOL_ERROR "%s\n", (int)err->status, err->message);
	return (int)err->status;
}

static int cmd_run(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	struct progress p = { 0 };
	struct config c;
	struct command_line line = { .read_file = config_read };
	int status = -1;

	interrupt_install();
	config_init(&c);
	if (config_parse(&c, &line, argc, argv, &err) == 0 && line.wants_help) {
		command_print_help(&command_run);
		status = STATUS_PASS;
	} else if (!err.message && config_resolve(&c, &err) == 0 && edition_option_settle(&c, &err) == 0) {
		FILE *out = open_progress(&c, &err);

		if (out) {
			progress_init(&p, out, c.progress != NULL);
			if (c.progress)
				beat_start(out);
			status = run_config(&c, &p, &err);
			beat_stop();
		}
	}
	if (status < 0) {
		interrupt_explain(&err);
		status = report_error(&c, &p, &err);
	}
	if (p.out && p.out != stderr)
		fclose(p.out);
	config_deinit(&c);
	return status;
}

const struct command command_run = {
	.name = "run",
	.summary = "boot a guest, measure its VM exits, judge, report",
	.usage = "[OPTION]...",
	.text = "\n"
		"Boots a guest on the chosen host's KVM, reads the probe's records, judges them\n"
		"and leaves a run folder (consoles, records, verdicts.json, summary.json).\n"
		"`make measure` builds the images and modules that it needs.\n",
	.more = "Examples:\n"
		"  exitmeter run --guest micro              the fast loop, on any machine\n"
		"  exitmeter run --modules stock            an unpatched KVM: must fail\n"
		"  exitmeter run --layout combined --vcpus 4 --out /tmp/run1\n",
	.run = cmd_run,
};
