// SPDX-License-Identifier: GPL-2.0-only
/* A series of subjects (subjects.h) on a host of its own: one boot for as many as it bears. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/host_emulated.h"
#include "host/payload.h"
#include "host/results_disk.h"
#include "host/subjects.h"

/* One boot, and what it has to take its results with. */
struct boot {
	const struct machine_kind *kind;
	struct host_run *run;
	const struct host_files *files;
	const struct subjects_sink *sink;
	struct subject *queue[SUBJECTS_MAX];	/* in the order of the slots */
	unsigned int count;
};

static const struct machine_kind *find_machine(const char *host)
{
	if (!strcmp(host, "nested"))
		return &machine_nested;
	return !strcmp(host, "emulated-vmx") ? &machine_bochs_vmx : &machine_qemu;
}

static void give_up(struct boot *b, struct subject *subject, const char *why)
{
	subject->state = SUBJECT_GIVEN_UP;
	subject->why = xstrdup(why);
	b->sink->over(b->sink->context, subject);
}

/* What is torn is left waiting: the subject runs again. */
static void take_result(struct boot *b, unsigned int slot)
{
	_cleanup_error_ struct error torn = { 0 };
	struct subject *subject = b->queue[slot];
	_cleanup_free_ char *dir = xasprintf("%s/%s", b->run->dir, subject->name);

	dir_remove(dir);
	if (mkdir(dir, 0755) < 0 ||
	    results_disk_read_at(b->files->results, HOST_RESULTS_BYTES * (off_t)slot, dir, &torn) < 0) {
		dir_remove(dir);
		progress_note(b->run->progress, "%s: %s", subject->name,
			      torn.message ? torn.message : strerror(errno));
		return;
	}
	payload_keep_caps(b->run->config, b->kind->name, dir);
	subject->state = SUBJECT_RAN;
	b->sink->over(b->sink->context, subject);
}

static void subject_over(struct host_watch *w, const char *name)
{
	struct boot *b = w->context;

	for (unsigned int i = 0; i < b->count; i++)
		if (b->queue[i]->state == SUBJECT_WAITS && !strcmp(b->queue[i]->name, name))
			take_result(b, i);
}

/* Those that wait, as the payload takes them: a folder of links. */
static int stage(struct boot *b, const struct subjects *s, const char *dir, struct error *err)
{
	b->count = 0;
	dir_remove(dir);
	if (dir_make(dir, err) < 0)
		return -1;
	for (size_t i = 0; i < s->count; i++) {
		struct subject *subject = &s->subjects[i];
		_cleanup_free_ char *link = xasprintf("%s/%s", dir, subject->name);

		if (subject->state != SUBJECT_WAITS)
			continue;
		if (symlink(subject->dir, link) < 0)
			return error_errno(err, STATUS_USAGE, "cannot make %s", link);
		b->queue[b->count++] = subject;
	}
	return 0;
}

/* The console of a host that was lost, or whose subject could not be run, is kept. */
static void keep_console(const struct boot *b, unsigned int number)
{
	_cleanup_free_ char *name = xasprintf(FILE_HOST_CONSOLE_OF("%u"), number);
	_cleanup_error_ struct error ignored = { 0 };

	host_keep_log(b->files->console, b->run->dir, name, &ignored);
}

/*
 * Boots a host for those that wait.  The first of them is given up when it has
 * no result: nobody but the subject itself, or the emulator, can be at fault.
 * -1: a signal, or the host cannot be had.
 */
static int boot_once(struct boot *b, bool may_retry, struct error *err)
{
	struct host_watch *w = xcalloc(1, sizeof(*w));
	int rc;

	w->console_path = b->files->console;
	w->progress_path = b->files->port;
	w->config = b->run->config;
	w->progress = b->run->progress;
	w->subjects = b->count;
	w->subject_over = subject_over;
	w->context = b;
	progress_begin(b->run->progress, "boot L1 host");
	rc = host_boot(b->kind, b->run, b->files, w, err);
	progress_end(b->run->progress);
	if (rc < 0 && err->status != STATUS_LOST && err->status != STATUS_TIMEOUT) {
		free(w);
		return -1;
	}
	if (rc < 0)
		progress_note(b->run->progress, "%s", err->message);
	if (b->queue[0]->state == SUBJECT_WAITS && !(w->is_seized && may_retry))
		give_up(b, b->queue[0], rc < 0 ? err->message : w->error_status >= 0 ?
			w->error_text : "its results never came");
	error_clear(err);
	free(w);
	return 0;
}

static int run_boot(struct boot *b, const struct subjects *s, unsigned int number, bool may_retry,
		    struct error *err)
{
	_cleanup_free_ char *links = xasprintf("%s/subjects", b->run->scratch->dir);
	_cleanup_free_ char *staged = xasprintf("%s/payload", b->run->scratch->dir);
	struct config config = *b->run->config;	/* borrows every string */
	struct host_run run = *b->run;
	int rc;

	if (stage(b, s, links, err) < 0)
		return -1;
	config.subjects = links;
	run.config = &config;
	dir_remove(staged);
	unlink(b->files->results);
	unlink(b->files->console);
	unlink(b->files->port);
	rc = host_make_disks(b->kind, &run, b->files, b->count, err);
	if (rc == 0)
		rc = boot_once(b, may_retry, err);
	keep_console(b, number);
	return rc;
}

static struct subject *next_waiting(const struct subjects *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->subjects[i].state == SUBJECT_WAITS)
			return &s->subjects[i];
	return NULL;
}

int host_emulated_series(struct host_run *run, const char *host, struct subjects *s,
			 const struct subjects_sink *sink, struct error *err)
{
	struct host_files files = { 0 };
	struct boot boot = { .kind = find_machine(host), .run = run, .files = &files, .sink = sink };
	struct subject *first, *before = NULL;
	unsigned int number = 0;
	int rc = host_verify_images(boot.kind, run, err);

	host_files_name(run, &files);
	while (rc == 0 && (first = next_waiting(s))) {
		/* It was first before, and its host seized up: one more is what it gets. */
		rc = run_boot(&boot, s, ++number, first != before && boot.kind->attempts > 1, err);
		before = first;
	}
	host_files_deinit(&files);
	return rc;
}
