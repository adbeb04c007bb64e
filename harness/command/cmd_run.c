// SPDX-License-Identifier: GPL-2.0-only
/* run: measures a guest on the chosen host, and judges what came of it. */
#include <string.h>
#include <sys/stat.h>
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
#include "evidence/evidence.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "guest/seed.h"
#include "host/host.h"
#include "image/guest_image.h"
#include "kvm/modules.h"
#include "report/plots.h"
#include "report/report_folder.h"
#include "run/beat.h"
#include "run/config_json.h"
#include "run/progress.h"
#include "run/protocol.h"
#include "run/rundir.h"
#include "run/stages.h"
#include "run/submission_files.h"

static const struct host_kind {
	host_run_fn run;
	char *(*describe)(const struct host_run *run);
	int (*require)(struct error *err);	/* what can be told to be missing at once; may be NULL */
	/* Why --deterministic is refused, or NULL; the second reason is for more than one vCPU. */
	const char *why_not_deterministic, *why_not_several;
} kinds[HOST_TYPES] = {
	[HOST_NATIVE] = { host_native_run, host_native_describe, host_native_require,
			  "a real machine has interrupts and clocks of its own", NULL },
	[HOST_NESTED] = { host_nested_run, host_nested_describe, host_nested_require,
			  "a real CPU has interrupts and clocks of its own", NULL },
	[HOST_EMULATED_SVM] = { host_emulated_svm_run, host_emulated_svm_describe, NULL, NULL,
				"it is Bochs then, whose SVM does not bring up a second vCPU: take "
				"--host emulated-vmx" },
	[HOST_EMULATED_VMX] = { host_emulated_vmx_run, host_emulated_vmx_describe, NULL, NULL, NULL },
};

/* What the stages of the command hand on to each other. */
struct measuring {
	struct config *config;
	enum host_type host;
	struct evidence evidence;
	char *edition_text;	/* of an edition of the user's own */
	struct rundir rundir;
	struct scratch scratch;
	struct host_run run;
	enum exit_status verdict;
};

/* --deterministic is refused where it cannot hold. */
static int check_deterministic(const struct config *c, enum host_type host, struct error *err)
{
	const char *why = kinds[host].why_not_deterministic;

	if (!why && c->vcpus > 1)
		why = kinds[host].why_not_several;
	if (!c->deterministic || !why)
		return 0;
	return error_set(err, STATUS_USAGE,
			 "--deterministic cannot hold on --host %s with %ld vCPU%s: %s",
			 host_words[host], c->vcpus, c->vcpus == 1 ? "" : "s", why);
}

static int choose_host(void *command, struct error *err)
{
	struct measuring *cmd = command;

	cmd->host = host_choose(cmd->config, cmd->run.progress);
	if (!cmd->config->dry_run && kinds[cmd->host].require && kinds[cmd->host].require(err) < 0)
		return -1;
	if (cmd->host == HOST_EMULATED_SVM && host_emulated_svm_check(cmd->config, err) < 0)
		return -1;
	return check_deterministic(cmd->config, cmd->host, err);
}

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

static int make_scratch(void *command, struct error *err)
{
	struct measuring *cmd = command;

	if (scratch_create(cmd->config->cache, host_native_restore, &cmd->scratch, err) < 0)
		return -1;
	/* A libvirt of the user's own may run QEMU as another user. */
	if (cmd->config->libvirt_uri)
		chmod(cmd->scratch.dir, 0711);
	cmd->run.scratch = &cmd->scratch;
	return 0;
}

static int remove_scratch(void *command, struct error *err)
{
	struct measuring *cmd = command;

	(void)err;
	scratch_destroy(&cmd->scratch);
	return 0;
}

/*
 * Puts back what a native run or a reload that was killed has left. Where that fails, hosts that
 * need no module go on.
 */
static int recover_modules(void *command, struct error *err)
{
	struct measuring *cmd = command;
	struct progress *p = cmd->run.progress;
	bool did;

	if (modules_recover(MODULES_FOLDER, &did, err) < 0) {
		progress_note(p, "%s", err->message);
		error_clear(err);
	} else if (did) {
		progress_note(p, "KVM's stock modules are back, which a run that was killed had left out");
	}
	return 0;
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

/* Cheap checks are done; this step may download an image. */
static int choose_image(void *command, struct error *err)
{
	struct measuring *cmd = command;

	return guest_image_choose(cmd->config, cmd->scratch.dir, cmd->run.progress, err);
}

static int run_on_host(void *command, struct error *err)
{
	struct measuring *cmd = command;

	if (kinds[cmd->host].run(&cmd->run, err) < 0 ||
	    guest_image_check_untouched(cmd->config, cmd->evidence.image, err) < 0)
		return -1;
	progress_end(cmd->run.progress);
	return 0;
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
	{ .quiet = "choose host", .begin = choose_host },
	{ .quiet = "choose run folder", .begin = choose_run_folder },
	{ .quiet = "note request", .begin = note_request },
	{ .quiet = "scratch folder", .begin = make_scratch,
	  .end = remove_scratch },
	{ .quiet = "recover modules", .begin = recover_modules },
	{ .quiet = "run folder", .begin = open_run_folder,
	  .keep = close_run_folder },
	{ .quiet = "not built", .begin = note_unbuilt },
	{ .quiet = "choose image", .when = is_built, .begin = choose_image },
	{ .quiet = "host", .when = is_built, .begin = run_on_host },
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
	_cleanup_free_ char *dir = xasprintf("%s/scratch/XXXXXX", c->cache);
	struct scratch nowhere = { .dir = dir, .lock_fd = -1 };
	_cleanup_free_ char *vm = NULL;

	(void)err;
	cmd->run.dir = cmd->rundir.final;
	cmd->run.scratch = &nowhere;
	vm = kinds[cmd->host].describe(&cmd->run);
	printf("host %s, guest %s, scenario %s, layout %s, modules %s%s%s\nrun folder %s\n\n%s",
	       host_words[cmd->host], guest_words[c->guest], scenario_name(c->scenario),
	       layout_words[c->layout], kvm_words[c->modules], c->edition ? ", edition " : "",
	       c->edition ? c->edition : "", cmd->rundir.final, vm);
	return 0;
}

static const struct stage dry_stages[] = {
	{ .quiet = "choose host", .begin = choose_host },
	{ .quiet = "choose run folder", .begin = choose_run_folder },
	{ .quiet = "choose image", .begin = choose_image },
	{ .quiet = "describe", .begin = describe },
};

static int run_config(struct config *c, struct progress *p, struct error *err)
{
	struct measuring cmd = {
		.config = c,
		.scratch = { .lock_fd = -1 },
		.run = { .config = c, .progress = p, .evidence = &cmd.evidence },
		.verdict = STATUS_PASS,
	};
	int rc = c->dry_run ? stages_run(dry_stages, ARRAY_SIZE(dry_stages), p, &cmd, err) :
			      stages_run(stages, ARRAY_SIZE(stages), p, &cmd, err);

	evidence_deinit(&cmd.evidence);
	free(cmd.edition_text);
	rundir_deinit(&cmd.rundir);
	return rc < 0 ? -1 : (int)cmd.verdict;
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
