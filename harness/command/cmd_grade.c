// SPDX-License-Identifier: GPL-2.0-only
/* grade: measures a class of subjects, each by a run of its own, and leaves its grades. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "base/printable.h"
#include "batch/class.h"
#include "batch/class_run.h"
#include "command/batch_image.h"
#include "command/commands.h"
#include "command/edition_option.h"
#include "command/grade_files.h"
#include "command/grade_kernels.h"
#include "command/grade_rows.h"
#include "command/jobs_option.h"
#include "host/host.h"
#include "kvm/vendor.h"
#include "report/grades.h"
#include "run/progress.h"
#include "run/stages.h"
#include "version.gen.h"

#define LOCK ".exitmeter-grade.lock"

/* What the stages of the command hand on to each other. */
struct grading {
	const struct config *config;
	struct subjects subjects;
	struct class class;
	char *dir;		/* of the class */
	struct grade_kernels kernels;
	struct batch_images images;
	char *program;			/* owned: this one, by its path */
	int lock;		/* -1: not taken */
	enum exit_status verdict;
};

static int check_edition(const struct config *c, struct error *err)
{
	_cleanup_free_ struct edition *own = NULL;
	_cleanup_free_ char *name = NULL;

	return c->edition ? edition_option_read(c->edition, &name, &own, err) : 0;
}

static int check_request(void *grading, struct error *err)
{
	const struct config *c = ((struct grading *)grading)->config;

	if (!c->subjects)
		return error_set(err, STATUS_USAGE, "grade needs --subjects FOLDER or LIST (see exitmeter grade --help)");
	if (c->measured && (c->force || c->only))
		return error_set(err, STATUS_USAGE, "--measured measures nothing, and --force and --only do: take one");
	if (c->host == HOST_NATIVE)
		return error_set(err, STATUS_USAGE, "grade takes no --host native: strangers' modules "
				 "are for a host of their own");
	if (c->modules != KVM_PATCHED)
		return error_set(err, STATUS_USAGE, "grade takes no --modules: its subjects are the modules");
	if (c->deterministic)
		return error_set(err, STATUS_USAGE, "grade takes no --deterministic: `exitmeter run` does");
	return check_edition(c, err) < 0 ? -1 : grade_files_check(c, err);
}

static int load_subjects(void *grading, struct error *err)
{
	struct grading *g = grading;

	if (subjects_load(g->config->subjects, &g->subjects, err) < 0)
		return -1;
	return grade_kernels_init(g->config, &g->kernels, err);
}

static int choose_host(void *grading, struct error *err)
{
	struct grading *g = grading;
	enum host_type host = host_choose(g->config, g->class.progress);

	(void)err;
	g->class.preferred = (struct preferred_host){
		.host = host,
		.is_vmx = host == HOST_EMULATED_VMX ||
			  (host == HOST_NESTED && vendor_of_cpu() == VENDOR_VMX),
	};
	return 0;
}

/* The same subjects have the same folder each time, so that the same command goes on. */
static char *default_folder(const struct config *c)
{
	const char *slash = strrchr(c->subjects, '/');
	char hex[65];

	digest_bytes(c->subjects, strlen(c->subjects), hex);
	return xasprintf("%s/classes/%s-%.8s", c->cache, slash ? slash + 1 : c->subjects, hex);
}

/* A folder of somebody's own is not filled with ours, which have the lock from their begin on. */
static int check_folder(const char *dir, const char *lock, struct error *err)
{
	if (access(lock, F_OK) == 0 || rmdir(dir) == 0 || errno == ENOENT)
		return 0;
	return error_set(err, STATUS_USAGE, "%s is there, and is no folder that grade has made: choose another OUT",
			 dir);
}

static int open_folder(void *grading, struct error *err)
{
	struct grading *g = grading;
	_cleanup_free_ char *lock = NULL;

	g->dir = g->config->out ? xstrdup(g->config->out) : default_folder(g->config);
	lock = xasprintf("%s/" LOCK, g->dir);
	if (check_folder(g->dir, lock, err) < 0 || dir_make(g->dir, err) < 0)
		return -1;
	g->class.dir = g->dir;
	g->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (g->lock < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", lock);
	if (flock(g->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	close(g->lock);
	g->lock = -1;
	return error_set(err, STATUS_USAGE, "another exitmeter grade is at work in %s", g->dir);
}

static int close_folder(void *grading, struct error *err)
{
	struct grading *g = grading;

	(void)err;
	close(g->lock);
	return 0;
}

/* Results show as they come. */
static void tell(void *context, const struct class_member *m)
{
	struct grading *g = context;
	_cleanup_free_ char *name = printable_text(m->subject->name), *word = grade_row_word(m);

	progress_note(g->class.progress, "%zu of %zu  %s: %s", class_count_over(&g->class), g->subjects.count,
		      name, word);
}

/* A signal stops the class, and what is done by then is kept and graded. */
static void explain_stop(const struct grading *g, struct error *err)
{
	int signo = interrupt_pending();

	if (!signo)
		return;
	error_clear(err);
	error_set(err, (enum exit_status)(128 + signo), "stopped by signal %d (%s): %zu of %zu subjects are done, and "
		  "are kept in %s; the same command goes on with the rest", signo, strsignal(signo),
		  class_count_over(&g->class), g->subjects.count, g->dir);
}

static int write_grades(struct grading *g, struct error *err)
{
	struct grade_list list = { 0 };
	int rc;

	grade_rows_fill(&g->class, &list);
	rc = grade_files_write(g->config, &list, g->dir, stdout, err);
	fflush(stdout);
	g->verdict = grades_status(&list);
	grades_deinit(&list);
	return rc;
}

/* All of a class boot the same image. */
static int settle(void *grading, struct config *c, struct error *err)
{
	struct grading *g = grading;

	return edition_option_settle(c, err) < 0 ? -1 : batch_images_settle(&g->images, c, err);
}

static int carry_out(void *grading, struct error *err)
{
	struct grading *g = grading;
	_cleanup_error_ struct error later = { 0 };
	int rc;

	g->class.config = g->config;
	g->class.subjects = &g->subjects;
	g->class.kernels = g->kernels.list;
	g->class.kernel_count = g->kernels.count;
	g->class.settle = settle;
	g->class.image = batch_images_tell(&g->images);
	g->class.over = tell;
	g->class.context = g;
	g->class.tasks.limit[TASK_RUN] = g->class.tasks.limit[TASK_JUDGE] =
		jobs_option_count(g->config, class_guest_mib(g->config, &g->subjects));
	g->class.tasks.limit[TASK_BUILD] = 1;
	rc = class_carry_out(&g->class, err);
	if (rc < 0)
		explain_stop(g, err);
	if (rc < 0 && !interrupt_pending())
		return -1;
	if (g->class.is_plan_only && rc == 0) {
		puts(g->dir);
		return 0;
	}
	interrupt_defer();
	return write_grades(g, rc < 0 ? &later : err) < 0 || rc < 0 ? -1 : 0;
}

/* clang-format off */
/* What ends a stage stands below what begins it. */
static const struct stage stages[] = {
	{ .quiet = "check request", .begin = check_request },
	{ .quiet = "load subjects", .begin = load_subjects },
	{ .quiet = "choose host", .begin = choose_host },
	{ .quiet = "folder", .begin = open_folder,
	  .end = close_folder },
	{ .quiet = "subjects", .begin = carry_out },
};
/* clang-format on */

static int grade(const struct command_call *call, struct error *err)
{
	struct grading *g = xcalloc(1, sizeof(*g));
	struct progress p;
	int status;

	interrupt_install();
	progress_init(&p, stderr, false);
	*g = (struct grading){ .config = call->config, .lock = -1, .class = { .progress = &p,
			.version = EXITMETER_VERSION, .is_plan_only = call->has_own_flag } };
	batch_images_init(&g->images, &p);
	g->program = subprocess_own_path();
	g->class.program = g->config->program ? g->config->program : g->program;
	status = stages_run(stages, ARRAY_SIZE(stages), &p, g, err) == 0 ? (int)g->verdict : -1;
	class_deinit(&g->class);
	subjects_deinit(&g->subjects);
	grade_kernels_deinit(&g->kernels);
	batch_images_deinit(&g->images);
	free(g->dir);
	free(g->program);
	free(g);
	return status;
}

static const char *const options[] = {
	"subjects", "only", "force", "measured", "jobs", "builder", "tree", "base", "linux", "kernels", "rubric", "host", "guest", "scenario",
	"layout", "edition", "scope", "paging", "vcpus", "memory", "out", "cache", "libvirt-uri", "kit", "host-image", "guest-image",
	"image", "image-file", "manifests", "refresh", "bochs", "guest-init", "guest-append", "templates",
	"timeout-start", "timeout-early", "timeout-boot", "timeout-shutdown", "timeout-silence",
	"timeout-fetch", "sdm", "carry", NULL
};

const struct command command_grade = {
	.name = "grade",
	.summary = "measure a class: many subjects, each by a run of its own",
	.usage = "--subjects FOLDER|LIST [OPTION]...",
	.text = "\n"
		"A subject is somebody's modules (a folder with kvm.ko) or source (a patch, files\n"
		"of KVM's, a tree, a git repository, a URL). --subjects names a folder with an\n"
		"entry for each, or a list in CSV with the columns name and source. Each is built\n"
		"where it has to be, measured by an `exitmeter run` of its own on a host of the\n"
		"vendor that it changes, and judged. One that is no submission is a row with its\n"
		"reason, and stops none of the others.\n"
		"\n"
		"OUT gets subjects/NAME, the run folder of each, and the grades. The same command\n"
		"goes on where it was stopped, be it by Ctrl-C or kill -9: what has been measured,\n"
		"and has not changed since, is only judged anew.\n"
		"\n"
		"  --plan             build what has to be built and write plan.json, but measure nothing:\n"
		"                     `exitmeter batch` does, and the same command then judges\n"
		"  --only NAME        measure this subject, even if it has not changed; leave the rest\n"
		"  --force            measure all of them, even those that have not changed\n"
		"  --measured         measure nothing: a run that is missing is lost, and the row says what\n"
		"                     whoever was at it last has said\n"
		"  --vcpus N          of the guest (default: 2, which tells what one does not)\n"
		"  --jobs N           how many runs at a time (default: one for each CPU and 3.5 GiB)\n"
		"  --builder PROGRAM  what builds a source: kernel-patch/build-submission\n"
		"  --tree DIR         the build tree of the host's kernel, for the builder\n"
		"  --base VERSION     the kernel that the sources were made on\n"
		"  --linux DIR        a clone of Linux, whose tags are known as bases\n"
		"  --kernels 5.10,... kernels that are tried, in this order, where a change does not go\n"
		"                     into the host's; their images and build trees are in the cache\n"
		"\n"
		"All options of `run` are taken but --module-dir, --modules, --host native and\n"
		"--deterministic.\n",
	.options = options,
	.more = "Exit codes: 0 all passed, 1 one failed, 3 one was lost (and none failed),\n"
		"otherwise as for `run`.\n",
	.own_flag = "plan",
	.own_flag_help = "build and write plan.json, but measure nothing",
	.takes_config = true,
	.work = grade,
};
