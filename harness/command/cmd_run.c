// SPDX-License-Identifier: GPL-2.0-only
/* run: joins the stages.  host -> guest -> run folder -> judge -> report. */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "evidence/evidence.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"
#include "host/host.h"
#include "image/guest_image.h"
#include "kvm/modules.h"
#include "report/report_folder.h"
#include "run/config.h"
#include "run/progress.h"
#include "run/rundir.h"

static const struct host_kind {
	const char *name;
	host_run_fn run;
	char *(*describe)(const struct host_run *run);
	/* NULL: it is, if asked; the second with several vCPUs. */
	const char *why_not_deterministic, *why_not_several;
} kinds[] = {
	{ "native", host_native_run, host_native_describe,
	  "a real machine has interrupts and clocks of its own", NULL },
	{ "nested", host_nested_run, host_nested_describe,
	  "a real CPU has interrupts and clocks of its own", NULL },
	{ "emulated-svm", host_emulated_svm_run, host_emulated_svm_describe,
	  NULL, "it is Bochs then, whose SVM does not bring up a second vCPU: take --host emulated-vmx" },
	{ "emulated-vmx", host_emulated_vmx_run, host_emulated_vmx_describe, NULL, NULL },
};

static void print_help(void)
{
	puts("usage: exitmeter run [OPTION]...\n\n"
	     "Boots a guest on the chosen host's KVM, reads the probe's records, judges them\n"
	     "and leaves a run folder (consoles, records, verdicts.json, summary.json).\n"
	     "`make measure` builds the images and modules that it needs.\n");
	config_print_help();
	puts("\nExamples:\n"
	     "  exitmeter run --guest micro              the fast loop, on any machine\n"
	     "  exitmeter run --modules stock            an unpatched KVM: must fail\n"
	     "  exitmeter run --layout combined --vcpus 4 --out /tmp/run1");
}

static const struct host_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	abort();	/* config_parse.c knows no other name */
}

static void fill_evidence(struct evidence *e, const struct config *c, const char *host)
{
	static const char *const layouts[] = EM_LAYOUT_NAMES;

	e->scenario = (enum scenario)scenario_by_name(c->scenario);
	e->host = xstrdup(host);
	e->guest = xstrdup(c->guest);
	e->modules = xstrdup(c->modules);
	e->nonce = xstrdup(c->nonce);
	e->started = time(NULL);
	e->vcpus = (uint32_t)c->vcpus;
	e->memory_mib = (uint32_t)c->memory_mib;
	e->sdm = (uint32_t)c->sdm;
	e->is_layout_found = !strcmp(c->layout, "auto");
	for (unsigned int i = 0; i < EM_LAYOUTS; i++)
		if (!strcmp(layouts[i], c->layout))
			e->layout = (enum em_layout)i;
}

static int write_evidence(const struct host_run *run, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_EVIDENCE, run->dir);
	_cleanup_free_ char *config = xasprintf("%s/" FILE_CONFIG, run->dir);
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < run->progress->phase_count; i++)
		evidence_add_duration(run->evidence, run->progress->phases[i].name,
				      run->progress->phases[i].ms);
	text = evidence_format(run->evidence);
	if (config_write(run->config, config, err) < 0)
		return -1;
	return file_write(path, text, strlen(text), err);
}

/* What the user reads: the table, or the verdicts as they stand in the run folder. */
static int print_verdicts(const struct host_run *run, const char *report, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_VERDICTS, run->dir);
	_cleanup_free_ char *json = NULL;

	if (run->progress->style == PROGRESS_PROTOCOL)
		return 0;	/* an L1 host: L0 judges for itself, and prints */
	if (!run->config->json) {
		fputs(report, stdout);
		return 0;
	}
	json = file_read(path, 1 << 20, NULL, err);
	if (json)
		puts(json);
	return json ? 0 : -1;
}

/* Everything between having a folder to run in and having a judged run folder. */
static int run_and_judge(struct host_run *run, const struct host_kind *kind, struct error *err)
{
	_cleanup_free_ char *report = NULL;
	enum exit_status status;

	if (kind->run(run, err) < 0 ||
	    guest_image_check_untouched(run->config, run->evidence->image, err) < 0)
		return -1;
	progress_end(run->progress);
	progress_hold(run->progress, "judge");
	interrupt_defer();
	if (write_evidence(run, err) < 0 || seal_write(run->dir, err) < 0 ||
	    report_folder(run->dir, isatty(STDOUT_FILENO), &report, &status, err) < 0 ||
	    print_verdicts(run, report, err) < 0)
		return -1;
	return (int)status;
}

/* A signal that came too late to stop anything: what was measured is kept, and it shows in the exit code. */
static int finish(const struct host_run *run, const struct rundir *d, int status, struct error *err)
{
	int signo = interrupt_pending();

	if (run->progress->style != PROGRESS_PROTOCOL && !run->config->json)
		printf("run folder: %s\n", d->final);
	if (!signo)
		return status;
	return error_set(err, (enum exit_status)(128 + signo),
			 "stopped by signal %d (%s) when all was measured: %s is whole", signo,
			 strsignal(signo), d->final);
}

static int run_in(struct host_run *run, struct config *c, const struct host_kind *kind,
		  struct rundir *d, struct scratch *s, struct error *err)
{
	int status = -1;

	if (rundir_open(s, d, err) < 0)
		return -1;
	run->dir = d->part;
	run->scratch = s;
	/* What is refused at once was; now comes what may take minutes. */
	if (guest_image_choose(c, run->progress, err) < 0)
		return -1;
	status = run_and_judge(run, kind, err);
	if (status < 0 || rundir_close(run->config, s, d, err) < 0)
		return -1;
	return finish(run, d, status, err);
}

static int dry_run(struct host_run *run, const struct host_kind *kind, const struct rundir *d)
{
	_cleanup_free_ char *dir = xasprintf("%s/scratch/XXXXXX", run->config->cache);
	struct scratch s = { .dir = dir, .lock_fd = -1 };
	_cleanup_free_ char *vm = NULL;

	run->dir = d->final;
	run->scratch = &s;
	vm = kind->describe(run);
	printf("host %s, guest %s, scenario %s, layout %s, modules %s\nrun folder %s\n\n%s", kind->name,
	       run->config->guest, run->config->scenario, run->config->layout, run->config->modules, d->final, vm);
	return STATUS_PASS;
}

/* What a native run or a reload left that was killed.  A host that needs no module goes on without. */
static void recover_modules(struct progress *p)
{
	_cleanup_error_ struct error err = { 0 };
	bool did;

	if (modules_recover(MODULES_FOLDER, &did, &err) < 0)
		progress_note(p, "%s", err.message);
	else if (did)
		progress_note(p, "put KVM's stock modules back, which one that was killed had left out");
}

/* What cannot hold is refused, not tried. */
static int check_deterministic(const struct config *c, const struct host_kind *kind,
			       struct error *err)
{
	const char *why = kind->why_not_deterministic;

	if (!why && c->vcpus > 1)
		why = kind->why_not_several;
	if (!c->deterministic || !why)
		return 0;
	return error_set(err, STATUS_USAGE, "--deterministic cannot hold on --host %s with %ld vCPU%s: %s",
			 kind->name, c->vcpus, c->vcpus == 1 ? "" : "s", why);
}

static int run_config(struct config *c, struct progress *p, struct error *err)
{
	const struct host_kind *kind = find_kind(host_choose(c, p));
	struct evidence evidence = { 0 };
	struct host_run run = { .config = c, .progress = p, .evidence = &evidence };
	struct rundir d = { 0 };
	struct scratch s = { .lock_fd = -1 };
	int status;

	if (check_deterministic(c, kind, err) < 0)
		return -1;
	status = rundir_choose(c, kind->name, &d, err);
	if (status == 0 && c->dry_run) {
		status = guest_image_choose(c, p, err);
		if (status == 0)
			status = dry_run(&run, kind, &d);
	} else if (status == 0) {
		fill_evidence(&evidence, c, kind->name);
		status = scratch_create(c->cache, host_native_restore, &s, err);
		/* A libvirt of the user's own may run QEMU as somebody else. */
		if (status == 0 && c->libvirt_uri)
			chmod(s.dir, 0711);
		if (status == 0) {
			recover_modules(p);
			status = run_in(&run, c, kind, &d, &s, err);
		}
		scratch_destroy(&s);
	}
	evidence_deinit(&evidence);
	rundir_deinit(&d);
	return status;
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

/* Where L0 listens, the message goes there too: it is all that L0 will hear of it. */
static int report_error(const struct config *c, const struct progress *p, const struct error *err)
{
	fflush(stdout);		/* in one file with it, the message comes after the table, not in it */
	fprintf(stderr, "exitmeter: %s\n", err->message);
	if (c->progress && p->out)
		fprintf(p->out, "error %d %s\n", (int)err->status, err->message);
	return (int)err->status;
}

int cmd_run(int argc, char **argv)
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
		FILE *out = open_progress(&c, &err);

		if (out) {
			progress_init(&p, out, c.progress != NULL);
			status = run_config(&c, &p, &err);
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
