// SPDX-License-Identifier: GPL-2.0-only
/*
 * A series of subjects (subjects.h) on a host of its own.  One boot takes as many as the host
 * bears.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "host/host_boot.h"
#include "host/results_disk.h"
#include "host/subjects.h"
#include "run/stages.h"

/* A boot of the series, and what it has to take its results with. */
struct series {
	struct host_boot boot; /* the first, so that the stages of host_boot.h take a series as well */
	const struct subjects *subjects;
	const struct subjects_sink *sink;
	const char *links; /* folder of links to the subjects of this boot */
	struct subject *queue[SUBJECTS_MAX]; /* in the order of the slots */
	unsigned int number; /* how many boots there were, with this one */
};

static const struct machine_kind *find_machine(enum host_type host)
{
	if (host == HOST_NESTED)
		return &machine_nested;
	return host == HOST_EMULATED_VMX ? &machine_bochs_vmx : &machine_qemu;
}

static void give_up(struct series *s, struct subject *subject, const char *why)
{
	subject->state = SUBJECT_GIVEN_UP;
	subject->why = xstrdup(why);
	s->sink->over(s->sink->context, subject);
}

/* A subject whose result is torn is left waiting, and so runs again. */
static void take_result(struct series *s, unsigned int slot)
{
	const struct host_boot *b = &s->boot;
	_cleanup_error_ struct error torn = { 0 };
	struct subject *subject = s->queue[slot];
	_cleanup_free_ char *dir = xasprintf("%s/%s", b->run->dir, subject->name);

	dir_remove(dir);
	if (mkdir(dir, 0755) < 0 ||
	    results_disk_read_at(b->files.results, results_disk_slot(slot), dir, &torn) < 0) {
		dir_remove(dir);
		progress_note(b->run->progress, "%s: %s", subject->name,
			      torn.message ? torn.message : strerror(errno));
		return;
	}
	subject->state = SUBJECT_RAN;
	s->sink->over(s->sink->context, subject);
}

static void subject_over(struct host_watch *w, const char *name)
{
	struct series *s = w->context;

	for (unsigned int i = 0; i < s->boot.slots; i++)
		if (s->queue[i]->state == SUBJECT_WAITS && !strcmp(s->queue[i]->name, name))
			take_result(s, i);
}

/* Makes a folder of links to the subjects that still wait, from which the payload takes them. */
static int link_subjects(struct series *s, struct error *err)
{
	s->boot.slots = 0;
	dir_remove(s->links);
	if (dir_make(s->links, err) < 0)
		return -1;
	for (size_t i = 0; i < s->subjects->count; i++) {
		struct subject *subject = &s->subjects->subjects[i];
		_cleanup_free_ char *link = xasprintf("%s/%s", s->links, subject->name);

		if (subject->state != SUBJECT_WAITS)
			continue;
		if (symlink(subject->dir, link) < 0)
			return error_errno(err, STATUS_USAGE, "cannot make %s", link);
		s->queue[s->boot.slots++] = subject;
	}
	return 0;
}

/* Makes the disks anew, in place of what a boot before this one left in the scratch folder. */
static int make_disks(struct series *s, struct error *err)
{
	const struct host_boot *b = &s->boot;
	_cleanup_free_ char *staged = xasprintf("%s/payload", b->run->scratch->dir);

	dir_remove(staged);
	unlink(b->files.console);
	unlink(b->files.port);
	if (link_subjects(s, err) < 0 || host_boot_make_payload(&s->boot, err) < 0)
		return -1;
	return host_boot_make_results_disk(&s->boot, err);
}

/* The console of each boot is kept, for it may be all that tells why the host was lost. */
static int keep_console(void *series, struct error *err)
{
	const struct series *s = series;
	_cleanup_free_ char *name = xasprintf(FILE_HOST_CONSOLE_OF("%u"), s->number);
	_cleanup_error_ struct error ignored = { 0 };

	(void)err;
	host_boot_keep_log(s->boot.files.console, s->boot.run->dir, name, &ignored);
	return 0;
}

static int watch_host(void *series, struct error *err)
{
	struct series *s = series;

	s->boot.watch.subjects = s->boot.slots;
	s->boot.watch.subject_over = subject_over;
	s->boot.watch.context = s;
	return host_boot_watch(&s->boot, err);
}

/* clang-format off */
static const struct stage boot_stages[] = {
	{ .quiet = "host's console",
	  .end = keep_console },
	{ .phase = "boot L1 host", .begin = host_boot_start,
	  .end = host_boot_destroy },
	{ .quiet = "watch L1 host", .begin = watch_host },
};
/* clang-format on */

/*
 * Boots a host for the subjects that wait.  The first of them is given up when it has no result,
 * because only the subject itself or the emulator can be at fault.  Returns -1 when a signal came,
 * or when no host can be had.
 */
static int boot_once(struct series *s, bool may_retry, struct error *err)
{
	struct host_boot *b = &s->boot;
	struct progress *p = b->run->progress;
	int rc;

	b->watch = (struct host_watch){ .error_status = -1 };
	rc = stages_run(boot_stages, ARRAY_SIZE(boot_stages), p, s, err);
	progress_end(p);
	if (rc < 0 && err->status != STATUS_LOST && err->status != STATUS_TIMEOUT)
		return -1;
	if (rc < 0)
		progress_note(p, "%s", err->message);
	if (s->queue[0]->state == SUBJECT_WAITS && !(b->watch.is_seized && may_retry))
		give_up(s, s->queue[0],
			rc < 0			   ? err->message :
			b->watch.error_status >= 0 ? b->watch.error_text :
						     "its results never came");
	error_clear(err);
	return 0;
}

static struct subject *next_waiting(const struct subjects *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->subjects[i].state == SUBJECT_WAITS)
			return &s->subjects[i];
	return NULL;
}

static int boot_while_some_wait(void *series, struct error *err)
{
	struct series *s = series;
	struct subject *first, *before = NULL;

	while ((first = next_waiting(s->subjects))) {
		/* A subject that was the first one before has had its second try by now. */
		bool may_retry = first != before && s->boot.kind->attempts > 1;

		s->number++;
		if (make_disks(s, err) < 0 || boot_once(s, may_retry, err) < 0)
			return -1;
		before = first;
	}
	return 0;
}

static const struct stage series_stages[] = {
	{ .phase = "verify images", .begin = host_boot_verify_images },
	{ .quiet = "boots", .begin = boot_while_some_wait },
};

int host_emulated_series(struct host_run *run, enum host_type host, struct subjects *subjects,
			 const struct subjects_sink *sink, struct error *err)
{
	_cleanup_free_ char *links = xasprintf("%s/subjects", run->scratch->dir);
	struct config config = *run->config; /* borrows every string */
	struct host_run with_links = *run;
	struct series *s = xcalloc(1, sizeof(*s));
	int rc;

	config.subjects = links;
	with_links.config = &config;
	host_boot_init(&s->boot, find_machine(host), &with_links);
	s->subjects = subjects;
	s->sink = sink;
	s->links = links;
	rc = stages_run(series_stages, ARRAY_SIZE(series_stages), run->progress, s, err);
	host_boot_deinit(&s->boot);
	free(s);
	return rc;
}
