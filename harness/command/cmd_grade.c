// SPDX-License-Identifier: GPL-2.0-only
/* grade: many subjects, each a folder of modules, in as few boots of a host as they bear. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "evidence/evidence.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "host/host.h"
#include "host/subjects.h"
#include "report/grades.h"
#include "report/report_folder.h"
#include "run/config.h"
#include "run/progress.h"
#include "run/rundir.h"

static void print_help(void)
{
	puts("usage: exitmeter grade --subjects DIR [OPTION]...\n\n"
	     "Runs each subject, a folder in DIR with kvm.ko and the vendor's module (and, where\n"
	     "the build tells, build.json, enabled-svm.txt, enabled-vmx.txt), on the chosen host,\n"
	     "one after the other in one boot, and judges each as `run` does. A subject that\n"
	     "takes the host with it costs only itself: the rest is run in a fresh boot. A file\n"
	     "`options` in a subject's folder holds more words for its run, one a line.\n"
	     "\n"
	     "Leaves OUT/NAME, a run folder for each, and OUT/grades.json; prints a line each:\n"
	     "subject, verdict, clauses that failed. All options of `run` are taken but\n"
	     "--module-dir, --modules, --host native and --deterministic.\n"
	     "\n"
	     "Exit codes: 0 each passed, 1 one failed, 3 one was lost (and none failed),\n"
	     "else as `run`.");
}

/* Everything a subject's end needs. */
struct grading {
	const struct config *config;
	const char *host;
	struct host_run *run;
	struct grades grades;
};

/* The inner run's evidence is the subject's; L0 adds what only it knows. */
static int take_evidence(const struct grading *g, const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, dir);
	_cleanup_free_ char *text = NULL, *full = NULL;
	const struct evidence *outer = g->run->evidence;
	struct evidence e = { 0 };
	size_t len;
	int rc;

	text = file_read(path, 1 << 20, &len, err);
	if (!text || evidence_parse(text, len, &e, err) < 0)
		return -1;
	free(e.host);
	e.host = xstrdup(g->host);
	json_decref(e.image);
	e.image = json_incref(outer->image);
	json_decref(e.host_image);
	e.host_image = json_incref(outer->host_image);
	json_decref(e.emulator);
	e.emulator = json_incref(outer->emulator);
	full = evidence_format(&e);
	evidence_deinit(&e);
	unlink(path);
	rc = file_write(path, full, strlen(full), err);
	return rc;
}

static int write_config(const struct grading *g, const struct subject *subject, const char *dir,
			struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_CONFIG, dir);
	struct config c = *g->config;	/* borrows every string */

	c.module_dir = subject->dir;
	c.subjects = NULL;
	unlink(path);
	return config_write(&c, path, err);
}

static int judge_subject(const struct grading *g, const struct subject *subject, const char *dir,
			 struct error *err)
{
	_cleanup_free_ char *seal = xasprintf("%s/" FILE_SUMS, dir);
	enum exit_status status;

	unlink(seal);	/* the one from inside, before what L0 adds */
	if (take_evidence(g, dir, err) < 0 || write_config(g, subject, dir, err) < 0 ||
	    seal_write(dir, err) < 0)
		return -1;
	return report_folder(dir, false, NULL, &status, err);
}

static void subject_over(void *context, const struct subject *subject)
{
	struct grading *g = context;
	_cleanup_free_ char *dir = xasprintf("%s/%s", g->run->dir, subject->name);
	_cleanup_error_ struct error err = { 0 };

	if (subject->state == SUBJECT_GIVEN_UP)
		grades_add_lost(&g->grades, subject->name, subject->why);
	else if (judge_subject(g, subject, dir, &err) < 0 ||
		 grades_add(&g->grades, subject->name, dir, &err) < 0)
		grades_add_lost(&g->grades, subject->name, err.message);
	progress_note(g->run->progress, "%s: %s", subject->name, grades_last_verdict(&g->grades));
}

static int check_config(const struct config *c, struct error *err)
{
	if (!c->subjects)
		return error_set(err, STATUS_USAGE, "grade needs --subjects DIR (see exitmeter grade --help)");
	if (!strcmp(c->host, "native"))
		return error_set(err, STATUS_USAGE, "grade takes no --host native: strangers' modules "
				 "are for a host of their own");
	if (strcmp(c->modules, "patched"))
		return error_set(err, STATUS_USAGE, "grade takes no --modules: its subjects are the modules");
	if (c->deterministic)
		return error_set(err, STATUS_USAGE, "grade takes no --deterministic: a subject runs on what the "
				 "one before it left");
	return 0;
}

static int grade_all(struct grading *g, struct subjects *series, struct rundir *d, struct scratch *s,
		     struct error *err)
{
	const struct subjects_sink sink = { .over = subject_over, .context = g };

	if (rundir_open(s, d, err) < 0)
		return -1;
	g->run->dir = d->part;
	g->run->scratch = s;
	if (host_emulated_series(g->run, g->host, series, &sink, err) < 0 ||
	    grades_write(&g->grades, d->part, err) < 0 ||
	    rundir_close(g->config, s, d, err) < 0)
		return -1;
	grades_print(&g->grades, stdout);
	printf("run folders: %s\n", d->final);
	return (int)grades_status(&g->grades);
}

static int grade_config(const struct config *c, struct progress *p, struct error *err)
{
	struct evidence evidence = { 0 };
	struct host_run run = { .config = c, .progress = p, .evidence = &evidence };
	struct grading g = { .config = c, .run = &run };
	struct scratch s = { .lock_fd = -1 };
	struct subjects series = { 0 };
	struct rundir d = { 0 };
	int status;

	if (check_config(c, err) < 0 || subjects_load(c->subjects, &series, err) < 0)
		return -1;
	g.host = host_choose(c, p);
	status = rundir_choose(c, g.host, &d, err);
	if (status == 0)
		status = scratch_create(c->cache, host_native_restore, &s, err);
	if (status == 0)
		status = grade_all(&g, &series, &d, &s, err);
	scratch_destroy(&s);
	grades_deinit(&g.grades);
	evidence_deinit(&evidence);
	subjects_deinit(&series);
	rundir_deinit(&d);
	return status;
}

int cmd_grade(int argc, char **argv)
{
	_cleanup_error_ struct error err = { 0 };
	struct progress p = { 0 };
	struct config c;
	bool help = false;
	int status = -1;

	interrupt_install();
	config_init(&c);
	if (config_parse(&c, argc, argv, &help, &err) == 0 && help) {
		print_help();
		status = STATUS_PASS;
	} else if (!err.message && config_resolve(&c, &err) == 0) {
		progress_init(&p, stderr, false);
		status = grade_config(&c, &p, &err);
	}
	if (status < 0) {
		progress_end(&p);
		fprintf(stderr, "exitmeter: %s\n", err.message);
		status = (int)err.status;
	}
	config_deinit(&c);
	return status;
}
