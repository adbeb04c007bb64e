// SPDX-License-Identifier: GPL-2.0-only
#include "batch/class_build.h"

#include <sys/wait.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/class_run.h"
#include "batch/jobs.h"
#include "evidence/build_failure.h"
#include "evidence/file_names.h"

#define BUILDER_REFUSES 1	/* the builder's exit code: the submission cannot be built */
#define FAILURE_BYTES_MAX (256u << 10)

char *class_modules(const struct class_member *m, size_t kernel)
{
	const struct class *class = m->class;

	return kernel ? xasprintf("%s/modules-%s/%s", class->dir, class->kernels[kernel].series, m->subject->folder) :
			xasprintf("%s/modules/%s", class->dir, m->subject->folder);
}

void class_build(struct class_member *m)
{
	const struct config *c = m->class->config;
	const struct class_kernel *kernel = &m->class->kernels[m->kernel];
	const char *argv[16] = { c->builder, "--tree", kernel->tree, "--from", m->source };
	_cleanup_free_ char *name = m->kernel ? xasprintf("build-%s.log", kernel->series) : xstrdup("build.log");
	_cleanup_free_ char *log = class_log(m, name);
	const char *base = m->subject->base ? m->subject->base : c->base;
	size_t n = 5;

	if (!c->builder || !kernel->tree) {
		m->why_unbuilt = xstrdup("only `make grade` knows what builds a source (--builder, --tree)");
		return;
	}
	if (base) {
		argv[n++] = "--base";
		argv[n++] = base;
	}
	if (c->linux_clone) {
		argv[n++] = "--linux";
		argv[n++] = c->linux_clone;
	}
	argv[n++] = m->modules;
	task_add(&m->class->tasks, TASK_BUILD, m->subject->folder, argv, log, m);
}

/* Whether another kernel may take what this one does not: the change conflicts, or does not compile. */
static bool may_fit_elsewhere(const char *failed)
{
	_cleanup_free_ struct build_failure *f = xcalloc(1, sizeof(*f));
	_cleanup_error_ struct error ignored = { 0 };
	size_t len;
	_cleanup_free_ char *text = file_read(failed, FAILURE_BYTES_MAX, &len, &ignored);

	return text && build_failure_parse(text, len, f, &ignored) == 0 &&
	       (f->kind == FAILURE_CONFLICT || f->kind == FAILURE_COMPILER);
}

static void take_kernel(struct class_member *m, size_t kernel)
{
	m->kernel = kernel;
	text_replace(&m->modules, class_modules(m, kernel));
}

/* What goes into none of the kernels is judged by what the first one's builder has said: false. */
static bool try_next_kernel(struct class_member *m, const char *failed)
{
	bool is_next = m->kernel + 1 < m->class->kernel_count && may_fit_elsewhere(failed);

	take_kernel(m, is_next ? m->kernel + 1 : 0);
	if (is_next)
		class_build(m);
	return is_next;
}

/* A builder that refuses leaves a note in place of the modules, which is then judged in their place. */
enum build_end class_built(struct class_member *m, const struct task *task)
{
	_cleanup_free_ char *failed = xasprintf("%s/" FILE_BUILD_FAILED, m->modules);
	int code = WIFEXITED(task->status) ? WEXITSTATUS(task->status) : -1;

	if (code == 0)
		return BUILD_DONE;
	if (code == BUILDER_REFUSES && access(failed, F_OK) == 0)
		return try_next_kernel(m, failed) ? BUILD_GOES_ON : BUILD_DONE;
	m->why_unbuilt = jobs_last_words(task->log);
	return BUILD_LOST;
}
