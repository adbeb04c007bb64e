// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a member: its source is looked at, built where it is a source, measured on the hosts that its
 * change concerns, and over.  What goes wrong on the way is its reason, and ends nothing but its own way.
 */
#include "batch/class.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "batch/class_build.h"
#include "batch/class_plan.h"
#include "batch/class_run.h"
#include "batch/run_lock.h"
#include "batch/source.h"
#include "evidence/file_names.h"
#include "run/module_folder.h"

static const char *const folders[] = { "subjects", "second-vendor", "modules", "logs" };

bool class_is_over(const struct class_member *m)
{
	bool is_over = m->run_count > 0;

	for (size_t i = 0; i < m->run_count; i++)
		is_over = is_over && m->runs[i].run.state != BATCH_PLANNED && m->runs[i].run.state != BATCH_LOCKED;
	return is_over || m->subject->why_not;
}

size_t class_count_over(const struct class *class)
{
	size_t count = 0;

	for (size_t i = 0; i < class->subjects->count; i++)
		count += class->members[i].is_told;
	return count;
}

static void tell_if_over(struct class_member *m)
{
	if (m->is_told || !class_is_over(m))
		return;
	m->is_told = true;
	if (m->class->over)
		m->class->over(m->class->context, m);
}

/* Whether it was asked to measure this one again. */
static bool is_forced(const struct class_member *m)
{
	return m->class->config->force || m->class->config->only;
}

/* Whether `only` names another one. */
static bool is_left_out(const struct class_member *m)
{
	const char *only = m->class->config->only;

	return only && strcmp(only, m->subject->name) != 0 && strcmp(only, m->subject->folder) != 0;
}

static void measure(struct class_run *run)
{
	batch_run_queue(&run->run, &run->member->class->tasks, run->member->class->program);
}

/* What is done stands, once it is judged anew. */
static void judge(struct class_run *run)
{
	run->run.is_old = true;
	batch_run_queue_judge(&run->run, &run->member->class->tasks, run->member->class->program);
}

/* What was asked to be measured again must not be found done by whoever carries the plan out. */
static void plan_only(const struct class_run *run)
{
	_cleanup_free_ char *dir = xasprintf("%s/%s", run->run.dir, run->run.place);

	if (is_forced(run->member))
		dir_remove(dir);
}

/* Those who should have measured it are shards, as a rule, whose logs are named as batch.c does. */
static void miss(struct class_run *run)
{
	_cleanup_free_ char *name = xstrdup(run->run.place), *log = NULL, *words = NULL;

	for (char *slash = name; (slash = strchr(slash, '/'));)
		*slash = '.';
	log = xasprintf("%s/logs/%s.log", run->run.dir, name);
	if (access(log, F_OK) < 0) {
		batch_run_fail(&run->run, xstrdup("it has not been measured yet, and nobody has begun to"));
		return;
	}
	words = jobs_last_words(log);
	batch_run_fail(&run->run, xasprintf("it has not been measured; who was at it last said: %s", words));
}

/* The ways of a run: it is done already, and only judged anew; or it is a task, be it of somebody else. */
static void queue_run(struct class_run *run)
{
	run->run.is_forced = is_forced(run->member);
	if (run->member->class->is_plan_only)
		plan_only(run);
	else if (!run->run.is_forced && batch_run_is_done(&run->run))
		judge(run);
	else if (run->member->class->config->measured)
		miss(run);
	else
		measure(run);
}

/* Modules that do not fit the host are told before one boots. */
static int check_modules(const struct class_member *m, enum host_type host, struct error *err)
{
	bool is_vmx = vendors_host_is_vmx(host, m->class->preferred);
	_cleanup_free_ char *failed = xasprintf("%s/" FILE_BUILD_FAILED, m->modules);

	if (access(failed, F_OK) == 0)
		return 0;
	return module_folder_check(m->modules, is_vmx ? "kvm-intel.ko" : "kvm-amd.ko", m->class->kernels[m->kernel].release, err);
}

/* The modules are known: so are the runs, and their ids. */
static void plan_runs(struct class_member *m)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *modules = source_list_modules(m->modules, &why);
	enum host_type hosts[VENDORS_HOSTS_MAX];
	size_t count;

	m->vendors = class_vendors(m->modules);
	count = vendors_hosts(m->vendors, m->class->preferred, hosts);
	for (size_t i = 0; i < count && modules && !why.message; i++) {
		if (check_modules(m, hosts[i], &why) < 0)
			subject_refuse(m->subject, "%s", why.message);
		else
			class_run_init(&m->runs[i], m, hosts[i], folders[i], modules, &why);
	}
	m->run_count = why.message ? 0 : count;
	for (size_t i = 0; i < m->run_count; i++)
		queue_run(&m->runs[i]);
	if (why.message)
		subject_lose(m->subject, "%s", why.message);
}

/* Modules that somebody has built are measured on the kernel that they are for. */
static void plan_modules(struct class_member *m)
{
	bool has_svm = class_vendors(m->modules) == VENDORS_SVM;

	for (size_t i = 0; i < m->class->kernel_count; i++) {
		_cleanup_error_ struct error ignored = { 0 };

		if (module_folder_check(m->modules, has_svm ? "kvm-amd.ko" : "kvm-intel.ko", m->class->kernels[i].release,
					&ignored) < 0)
			continue;
		m->kernel = i;
		break;
	}
	plan_runs(m);
}

/* What has been measured before stands, whatever it was; nothing is built or measured. */
static void take_what_is_there(struct class_member *m)
{
	for (size_t i = 0; i < VENDORS_HOSTS_MAX; i++) {
		struct class_run *run = &m->runs[m->run_count];
		_cleanup_free_ char *verdicts = xasprintf("%s/%s/%s/" FILE_VERDICTS, m->class->dir, folders[i],
							  m->subject->folder);

		if (access(verdicts, F_OK) < 0)
			continue;
		*run = (struct class_run){ .member = m, .run = { .state = BATCH_DONE, .is_old = true } };
		run->run.place = xasprintf("%s/%s", folders[i], m->subject->folder);
		m->run_count++;
	}
}

/* What was measured before stays, where its source cannot be had or built now. */
static void leave_unbuilt(struct class_member *m)
{
	take_what_is_there(m);
	if (!m->run_count)
		subject_lose(m->subject, "it cannot be built: %s", m->why_unbuilt);
}

static void begin_member(struct class_member *m)
{
	_cleanup_error_ struct error why = { 0 };
	enum source_form form;

	if (m->subject->why_not)
		return;
	if (is_left_out(m)) {
		take_what_is_there(m);
		return;
	}
	form = source_look(m->subject->source, &m->source, &why);
	m->modules = form == SOURCE_MODULES && m->subject->is_ours ? xstrdup(m->source) :
		     class_modules(m, 0);
	if (form == SOURCE_TO_BUILD) {
		class_build(m);
		if (m->why_unbuilt)
			leave_unbuilt(m);
		return;
	}
	if (form == SOURCE_NONE || (!m->subject->is_ours && source_take_modules(m->source, m->modules, &why) < 0))
		subject_refuse(m->subject, "%s", why.message);
	else
		plan_modules(m);
}

static void build_ended(struct class_member *m, const struct task *task)
{
	enum build_end end = class_built(m, task);

	if (end == BUILD_DONE)
		plan_runs(m);
	else if (end == BUILD_LOST)
		leave_unbuilt(m);
}

static void run_ended(struct class_run *run, const struct task *task)
{
	if (task->kind == TASK_RUN) {
		batch_run_ended(&run->run, task);
		return;
	}
	batch_run_judged(&run->run, task);
	if (run->run.state != BATCH_PLANNED)
		return;
	if (run->member->class->config->measured) {
		batch_run_fail(&run->run, xstrdup("what was measured does not tell all that it is judged by now: "
						  "measure it anew"));
		return;
	}
	run->run.is_forced = true;
	measure(run);
}

/* Those who carry the class's plan out, be it on other machines, are at its runs by the same locks. */
static int claim(void *context, struct task *task, struct error *err)
{
	struct batch_run *run = task->owner;
	int rc;

	(void)context;
	if (task->kind == TASK_BUILD)
		return CLAIM_TAKEN;
	rc = batch_run_claim(run, task->kind, err);
	if (rc != CLAIM_NEEDLESS)
		return rc;
	if (run->state == BATCH_FAILED) {
		tell_if_over(((struct class_run *)run->owner)->member);
		return rc;
	}
	run->state = BATCH_PLANNED;
	judge(run->owner);
	return rc;
}

static void task_ended(void *context, struct task *task)
{
	struct class *class = context;
	struct class_run *run = task->kind == TASK_BUILD ? NULL : ((struct batch_run *)task->owner)->owner;
	struct class_member *m = run ? run->member : task->owner;
	_cleanup_error_ struct error ignored = { 0 };

	if (run)
		run_ended(run, task);
	else
		build_ended(m, task);
	if (!run)
		class_plan_write(class, &ignored);	/* it is written once more, and then it counts */
	tell_if_over(m);
}

static void show(void *context)
{
	struct class *class = context;
	_cleanup_free_ char *line = tasks_progress(&class->tasks, class_count_over(class),
						   class->subjects->count, now_ms());

	progress_status(class->progress, line);
	if (!class->is_wait_told && (class->is_wait_told = tasks_are_held(&class->tasks)))
		progress_note(class->progress, "other processes are at what is left: waiting for them");
}

static int make_folders(const struct class *class, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", class->dir, folders[i]);

		if (dir_make(path, err) < 0)
			return -1;
	}
	for (size_t i = 1; i < class->kernel_count; i++) {
		_cleanup_free_ char *path = xasprintf("%s/modules-%s", class->dir, class->kernels[i].series);

		if (dir_make(path, err) < 0)
			return -1;
	}
	return 0;
}

static int begin_members(struct class *class, struct error *err)
{
	bool is_any = false;

	class->members = xcalloc(class->subjects->count, sizeof(*class->members));
	for (size_t i = 0; i < class->subjects->count; i++) {
		class->members[i] = (struct class_member){ .class = class, .subject = &class->subjects->list[i] };
		is_any = is_any || !is_left_out(&class->members[i]);
	}
	if (!is_any)
		return error_set(err, STATUS_USAGE, "no subject is called '%s'", class->config->only);
	for (size_t i = 0; i < class->subjects->count; i++) {
		begin_member(&class->members[i]);
		tell_if_over(&class->members[i]);
	}
	return 0;
}

int class_carry_out(struct class *class, struct error *err)
{
	const struct jobs jobs = {
		.tasks = &class->tasks, .claim = claim, .ended = task_ended, .tick = show, .context = class
	};
	int rc;

	if (make_folders(class, err) < 0)
		return -1;
	class->lock = run_lock_open(class->dir, err);
	if (class->lock < 0 || begin_members(class, err) < 0 || class_plan_write(class, err) < 0)
		return -1;
	rc = jobs_carry_out(&jobs, err);
	progress_end(class->progress);
	return rc == 0 ? class_plan_write(class, err) : -1;
}

void class_deinit(struct class *class)
{
	for (size_t i = 0; class->members && i < class->subjects->count; i++) {
		struct class_member *m = &class->members[i];

		for (size_t k = 0; k < VENDORS_HOSTS_MAX; k++)
			class_run_deinit(&m->runs[k]);
		free(m->source);
		free(m->modules);
		free(m->why_unbuilt);
	}
	if (class->members)
		close(class->lock);
	free(class->members);
	tasks_deinit(&class->tasks);
}
