// SPDX-License-Identifier: GPL-2.0-only
#include "batch/class_run.h"

#include <string.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/memory.h"
#include "batch/jobs.h"
#include "batch/run_id.h"
#include "evidence/file_names.h"
#include "evidence/submission_notes.h"
#include "run/config_json.h"
#include "run/config_option.h"
#include "run/config_parse.h"

#define WORDS_MAX 64
#define NOTES_BYTES_MAX (256u << 10)

/* What a list may say for one subject: what is measured and how it is judged, and nothing of this machine. */
static const char *const list_options[] = {
	"guest", "scenario", "layout", "scope", "vcpus", "memory", "sdm", "carry", "edition", "timeout-start",
	"timeout-early", "timeout-boot", "timeout-shutdown", "timeout-silence", NULL
};

static char *path_of(const struct class_run *run, const char *ending)
{
	return xasprintf("%s/%s%s", run->member->class->dir, run->place, ending);
}

char *class_log(const struct class_member *member, const char *name)
{
	return xasprintf("%s/logs/%s.%s", member->class->dir, member->subject->folder, name);
}

static char *log_of(const struct class_run *run, const char *ending)
{
	_cleanup_free_ char *name = xasprintf("%s.%s", host_words[run->host], ending);

	return class_log(run->member, name);
}

/* The words of the list, of which it may say what it likes, are options as those of a command line. */
static int add_list_options(struct config *c, const char *words, struct error *err)
{
	struct command_line line = { .only = list_options };
	_cleanup_free_ char *copy = xstrdup(words);
	char *argv[WORDS_MAX + 2] = { "grade", NULL }, *save = NULL;
	int argc = 1;

	for (char *word = strtok_r(copy, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (argc > WORDS_MAX)
			return error_set(err, STATUS_USAGE, "its options are more than %d words", WORDS_MAX);
		argv[argc++] = word;
	}
	if (config_parse(c, &line, argc, argv, err) < 0)
		return error_wrap(err, "its options in the list");
	return line.wants_help ? error_set(err, STATUS_USAGE, "its options in the list ask for help") : 0;
}

static void set_text(char **slot, char *value)
{
	free(*slot);
	*slot = value;
}

/* What the run is asked for.  The caller calls config_deinit(), whatever is returned. */
static int make_config(const struct class_run *run, struct config *c, struct error *err)
{
	static const char *const of_grade[] = { "subjects", "rubric", "only", "builder", "tree", "base",
						"linux", "program", "nonce" };
	const struct class_member *m = run->member;

	config_init(c);
	for (size_t i = 0; i < config_option_count; i++)
		config_option_copy(c, m->class->config, &config_options[i]);
	for (size_t i = 0; i < ARRAY_SIZE(of_grade); i++)
		set_text(config_field(c, config_option_find(of_grade[i], strlen(of_grade[i]))), NULL);
	c->given = m->class->config->given;
	c->force = false;
	c->jobs = 0;
	c->host = run->host;
	set_text(&c->module_dir, xstrdup(m->modules));
	set_text(&c->out, path_of(run, ".new"));
	set_text(&c->run_id, run->id[0] ? xstrdup(run->id) : NULL);
	if (m->subject->options && add_list_options(c, m->subject->options, err) < 0)
		return -1;
	return m->class->settle(c, err);
}

int class_run_init(struct class_run *run, struct class_member *member, enum host_type host,
		   const char *folder, const char *modules, struct error *err)
{
	struct config c;
	int rc;

	*run = (struct class_run){ .member = member, .host = host };
	run->place = xasprintf("%s/%s", folder, member->subject->folder);
	rc = make_config(run, &c, err);
	if (rc == 0)
		rc = run_id(&c, modules, member->class->version, run->id, err);
	run->edition = c.edition ? xstrdup(c.edition) : NULL;
	config_deinit(&c);
	return rc;
}

/* The new run folder takes the place of the one before in two steps, of which each may be the last. */
static bool put_into_place(const struct class_run *run)
{
	_cleanup_free_ char *part = path_of(run, ".new"), *final = path_of(run, "");

	dir_remove(final);
	return rename(part, final) == 0;
}

void class_run_adopt(struct class_run *run)
{
	_cleanup_free_ char *part = path_of(run, ".new");

	if (run_id_is_done(part, run->id))
		put_into_place(run);
	else
		dir_remove(part);
}

bool class_run_is_done(const struct class_run *run)
{
	_cleanup_free_ char *dir = path_of(run, "");

	return run_id_is_done(dir, run->id);
}

int class_run_queue(struct class_run *run, struct error *err)
{
	struct class *class = run->member->class;
	_cleanup_free_ char *path = log_of(run, "json"), *log = log_of(run, "log");
	const char *argv[] = { class->program, "run", "--config", path, NULL };
	struct config c;
	int rc = make_config(run, &c, err);

	if (rc == 0)
		rc = config_write(&c, path, err);
	config_deinit(&c);
	if (rc == 0)
		task_add(&class->tasks, TASK_RUN, run->member->subject->folder, argv, log, run);
	return rc;
}

void class_run_queue_judge(struct class_run *run)
{
	struct class *class = run->member->class;
	_cleanup_free_ char *dir = path_of(run, ""), *log = log_of(run, "judge.log");
	const char *argv[] = { class->program, "replay", dir, run->edition ? "--edition" : NULL, run->edition, NULL };

	task_add(&class->tasks, TASK_JUDGE, run->member->subject->folder, argv, log, run);
}

static void fail(struct class_run *run, char *why)
{
	run->state = CLASS_FAILED;
	set_text(&run->why, why);
}

/*
 * Another edition may want what this run has not read, since the guest asks by a layout: such a run, and
 * one whose folder has changed since, is measured again.
 */
static void judge_ended(struct class_run *run, const struct task *task)
{
	_cleanup_error_ struct error why = { 0 };
	int code = WIFEXITED(task->status) ? WEXITSTATUS(task->status) : -1;

	if (code == STATUS_PASS || code == STATUS_FAIL || code == STATUS_TIMEOUT || code == STATUS_LOST)
		run->state = CLASS_DONE;
	else if (class_run_queue(run, &why) < 0)
		fail(run, xstrdup(why.message));
	run->is_old = run->state == CLASS_DONE;
}

void class_run_ended(struct class_run *run, const struct task *task)
{
	_cleanup_free_ char *part = path_of(run, ".new");

	if (task->kind == TASK_JUDGE) {
		judge_ended(run, task);
		return;
	}
	if (run_id_is_done(part, run->id) && put_into_place(run))
		run->state = CLASS_DONE;
	else
		fail(run, jobs_last_words(task->log));
}

static enum vendors vendors_noted(const char *text, size_t len)
{
	static const enum vendors vendors[TOUCHED] = {
		[TOUCHED_UNKNOWN] = VENDORS_UNKNOWN,
		[TOUCHED_SVM] = VENDORS_SVM,
		[TOUCHED_VMX] = VENDORS_VMX,
		[TOUCHED_BOTH] = VENDORS_BOTH,
		[TOUCHED_COMMON] = VENDORS_COMMON,
	};
	_cleanup_free_ struct submission_notes *notes = xcalloc(1, sizeof(*notes));
	_cleanup_error_ struct error ignored = { 0 };

	return submission_notes_parse(text, len, notes, &ignored) < 0 ? VENDORS_UNKNOWN : vendors[notes->touched];
}

enum vendors class_vendors(const char *modules)
{
	_cleanup_free_ char *notes = xasprintf("%s/" FILE_SUBMISSION, modules);
	_cleanup_free_ char *svm = xasprintf("%s/kvm-amd.ko", modules);
	_cleanup_free_ char *vmx = xasprintf("%s/kvm-intel.ko", modules);
	_cleanup_error_ struct error ignored = { 0 };
	size_t len;
	_cleanup_free_ char *text = file_read(notes, NOTES_BYTES_MAX, &len, &ignored);

	if (text)
		return vendors_noted(text, len);
	if (access(svm, F_OK) < 0 && access(vmx, F_OK) < 0)
		return VENDORS_COMMON;	/* nothing was built, so any host will do */
	return vendors_of_modules(access(svm, F_OK) == 0, access(vmx, F_OK) == 0);
}
