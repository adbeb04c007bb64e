// SPDX-License-Identifier: GPL-2.0-only
/*
 * grade: measures many subjects, each a folder of modules, in as few boots of a host as they bear.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/grade_files.h"
#include "evidence/evidence.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "host/host.h"
#include "host/subjects.h"
#include "report/report_folder.h"
#include "run/config_json.h"
#include "run/progress.h"
#include "run/rundir.h"
#include "run/stages.h"

/* What the stages of the command hand on to each other. */
struct grading {
	const struct config *config;
	enum host_type host;
	struct subjects subjects;
	struct evidence evidence;	/* what L0 knows of all subjects */
	struct rundir rundir;
	struct scratch scratch;
	struct host_run run;
	struct grade_list grades;
};

/* The inner run's evidence is the subject's, to which L0 adds what only it knows. */
static int take_evidence(const struct grading *g, const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, dir);
	_cleanup_free_ char *text = NULL, *full = NULL;
	const struct evidence *outer = &g->evidence;
	struct evidence e = { 0 };
	size_t len;

	text = file_read(path, 1 << 20, &len, err);
	if (!text || evidence_parse(text, len, &e, err) < 0)
		return -1;
	free(e.host);
	e.host = xstrdup(host_words[g->host]);
	json_decref(e.image);
	e.image = json_incref(outer->image);
	json_decref(e.host_image);
	e.host_image = json_incref(outer->host_image);
	json_decref(e.emulator);
	e.emulator = json_incref(outer->emulator);
	full = evidence_format(&e);
	evidence_deinit(&e);
	return file_write(path, full, strlen(full), err);
}

static int write_config(const struct grading *g, const struct subject *subject, const char *dir,
			struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_CONFIG, dir);
	struct config c = *g->config;	/* whose strings it borrows */

	c.module_dir = subject->dir;
	c.subjects = NULL;
	return config_write(&c, path, err);
}

static int judge_subject(const struct grading *g, const struct subject *subject, const char *dir,
			 struct error *err)
{
	enum exit_status status;

	seal_drop_verdicts(dir);
	if (take_evidence(g, dir, err) < 0 || write_config(g, subject, dir, err) < 0 ||
	    seal_write(dir, err) < 0)
		return -1;
	return report_folder(dir, false, NULL, &status, err);
}

static void subject_over(void *context, const struct subject *subject)
{
	struct grading *g = context;
	_cleanup_free_ char *dir = xasprintf("%s/%s", g->run.dir, subject->name);
	_cleanup_error_ struct error err = { 0 };
	struct grade_row *row;

	row = grades_add(&g->grades, subject->name, subject->name, subject->dir);
	if (subject->state == SUBJECT_GIVEN_UP)
		grade_row_set(row, GRADE_LOST, subject->why);
	else if (judge_subject(g, subject, dir, &err) < 0 ||
		 grade_row_add_run(row, g->run.dir, subject->name, &err) < 0)
		grade_row_set(row, GRADE_LOST, err.message);
	progress_note(g->run.progress, "%s: %s", subject->name, verdict_name(grade_row_verdict(row)));
}

static int check_request(void *grading, struct error *err)
{
	const struct config *c = ((struct grading *)grading)->config;

	if (!c->subjects)
		return error_set(err, STATUS_USAGE, "grade needs --subjects DIR (see exitmeter grade --help)");
	if (c->host == HOST_NATIVE)
		return error_set(err, STATUS_USAGE, "grade takes no --host native: strangers' modules "
				 "are for a host of their own");
	if (c->modules != KVM_PATCHED)
		return error_set(err, STATUS_USAGE, "grade takes no --modules: its subjects are the modules");
	if (c->deterministic)
		return error_set(err, STATUS_USAGE, "grade takes no --deterministic: a subject runs on what the "
				 "one before it left");
	return grade_files_check(c, err);
}

static int load_subjects(void *grading, struct error *err)
{
	struct grading *g = grading;

	return subjects_load(g->config->subjects, &g->subjects, err);
}

static int choose_place(void *grading, struct error *err)
{
	struct grading *g = grading;

	g->host = host_choose(g->config, g->run.progress);
	return rundir_choose(g->config, g->host, &g->rundir, err);
}

static int make_scratch(void *grading, struct error *err)
{
	struct grading *g = grading;

	return scratch_create(g->config->cache, host_native_restore, &g->scratch, err);
}

static int remove_scratch(void *grading, struct error *err)
{
	struct grading *g = grading;

	(void)err;
	scratch_destroy(&g->scratch);
	return 0;
}

static int open_run_folder(void *grading, struct error *err)
{
	struct grading *g = grading;

	if (rundir_open(&g->scratch, &g->rundir, err) < 0)
		return -1;
	g->run.dir = g->rundir.part;
	g->run.scratch = &g->scratch;
	return 0;
}

static int close_run_folder(void *grading, struct error *err)
{
	struct grading *g = grading;

	if (rundir_close(g->config, &g->scratch, &g->rundir, err) < 0)
		return -1;
	return grade_files_write(g->config, &g->grades, g->rundir.final, stdout, err);
}

static int run_subjects(void *grading, struct error *err)
{
	struct grading *g = grading;
	const struct subjects_sink sink = { .over = subject_over, .context = g };

	return host_emulated_series(&g->run, g->host, &g->subjects, &sink, err);
}

/* clang-format off */
/* What ends a stage stands below what begins it. Each subject is judged as soon as it has run. */
static const struct stage stages[] = {
	{ .quiet = "check request", .begin = check_request },
	{ .quiet = "load subjects", .begin = load_subjects },
	{ .quiet = "choose place", .begin = choose_place },
	{ .quiet = "scratch folder", .begin = make_scratch,
	  .end = remove_scratch },
	{ .quiet = "run folder", .begin = open_run_folder,
	  .keep = close_run_folder },
	{ .quiet = "run subjects", .begin = run_subjects },
};
/* clang-format on */

static int grade_config(const struct config *c, struct progress *p, struct error *err)
{
	struct grading *g = xcalloc(1, sizeof(*g));
	int status = -1;

	g->config = c;
	g->scratch.lock_fd = -1;
	g->run = (struct host_run){ .config = c, .progress = p, .evidence = &g->evidence };
	if (stages_run(stages, ARRAY_SIZE(stages), p, g, err) == 0)
		status = (int)grades_status(&g->grades);
	grades_deinit(&g->grades);
	evidence_deinit(&g->evidence);
	subjects_deinit(&g->subjects);
	rundir_deinit(&g->rundir);
	free(g);
	return status;
}

static int grade(const struct config *c)
{
	_cleanup_error_ struct error err = { 0 };
	struct progress p = { 0 };
	int status;

	progress_init(&p, stderr, false);
	status = grade_config(c, &p, &err);
	if (status >= 0)
		return status;
	progress_end(&p);
	return error_print(&err);
}

static int cmd_grade(int argc, char **argv)
{
	interrupt_install();
	return command_with_config(&command_grade, argc, argv, grade);
}

static const char *const options[] = {
	"subjects", "rubric", "host", "guest", "scenario", "layout", "scope", "vcpus", "memory", "out", "cache",
	"libvirt-uri", "kit", "host-image", "guest-image", "image", "image-file", "manifests", "refresh",
	"bochs", "guest-init", "guest-append", "templates", "timeout-start", "timeout-early",
	"timeout-boot", "timeout-shutdown", "timeout-silence", "timeout-fetch", "sdm", "carry", NULL
};

const struct command command_grade = {
	.name = "grade",
	.summary = "run many subjects, each a folder of modules, in one boot",
	.usage = "--subjects DIR [OPTION]...",
	.text = "\n"
		"Runs each subject, a folder in DIR with kvm.ko and the vendor's module (and, where\n"
		"the build tells, build.json, enabled-svm.txt, enabled-vmx.txt), on the chosen host,\n"
		"one after the other in one boot, and judges each as `run` does. A subject that\n"
		"takes the host with it costs only itself: the rest is run in a fresh boot. A file\n"
		"`options` in a subject's folder holds more words for its run, one a line.\n"
		"\n"
		"Leaves a run folder for each, OUT/NAME, and OUT/grades.json, and prints a line for\n"
		"each: subject, verdict, clauses that failed. All options of `run` are taken but\n"
		"--module-dir, --modules, --host native and --deterministic.\n",
	.options = options,
	.more = "Exit codes: 0 all passed, 1 one failed, 3 one was lost (and none failed),\n"
		"otherwise as for `run`.\n",
	.run = cmd_grade,
};
