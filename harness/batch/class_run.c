// SPDX-License-Identifier: GPL-2.0-only
#include "batch/class_run.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/run_id.h"
#include "evidence/file_names.h"
#include "evidence/submission_notes.h"
#include "run/config_option.h"
#include "run/config_parse.h"

#define WORDS_MAX 64
#define NOTES_BYTES_MAX (256u << 10)
/* Counters that vCPUs share, or that are of the asking one only, are right where there is one. */
#define VCPUS 2

/* What a list may say for one subject: what is measured and how it is judged, and nothing of this machine. */
static const char *const list_options[] = {
	"guest", "scenario", "layout", "scope", "paging", "vcpus", "memory", "sdm", "carry", "edition", "timeout-start",
	"timeout-early", "timeout-boot", "timeout-shutdown", "timeout-silence", NULL
};

char *class_log(const struct class_member *member, const char *name)
{
	return xasprintf("%s/logs/%s.%s", member->class->dir, member->subject->folder, name);
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

long class_guest_mib(const struct config *asked, const struct subjects *subjects)
{
	long most = asked->memory_mib;

	for (size_t i = 0; i < subjects->count; i++) {
		_cleanup_error_ struct error told_later = { 0 };
		struct config c;

		if (!subjects->list[i].options)
			continue;
		config_init(&c);
		config_copy(&c, asked);
		if (add_list_options(&c, subjects->list[i].options, &told_later) == 0 && c.memory_mib > most)
			most = c.memory_mib;
		config_deinit(&c);
	}
	return most;
}

/* What the run is asked for, but for its folder and its id. */
static int make_config(struct class_run *run, struct error *err)
{
	static const char *const of_grade[] = { "subjects", "rubric", "only", "builder", "tree", "base",
						"linux", "kernels", "program", "nonce", "out" };
	const struct class_member *m = run->member;
	struct config *c = &run->config;

	config_init(c);
	config_copy(c, m->class->config);
	for (size_t i = 0; i < ARRAY_SIZE(of_grade); i++)
		text_replace(config_field(c, config_option_find(of_grade[i], strlen(of_grade[i]))), NULL);
	c->force = c->measured = false;
	c->jobs = 0;
	c->host = run->host;
	text_replace(&c->module_dir, xstrdup(m->modules));
	text_replace(&c->host_image, xstrdup(m->class->kernels[m->kernel].host_image));
	if (m->subject->options && add_list_options(c, m->subject->options, err) < 0)
		return -1;
	if (!config_is_given(c, "vcpus"))
		c->vcpus = VCPUS;
	return m->class->settle(m->class->context, c, err);
}

void class_run_deinit(struct class_run *run)
{
	batch_run_deinit(&run->run);
	config_deinit(&run->config);
}

int class_run_init(struct class_run *run, struct class_member *member, enum host_type host,
		   const char *folder, const char *modules, struct error *err)
{
	const struct class *class = member->class;
	const char *name = member->subject->folder;
	_cleanup_free_ char *image = NULL;

	*run = (struct class_run){ .member = member, .host = host };
	run->run = (struct batch_run){
		.dir = class->dir,
		.lock = class->lock,
		.config = &run->config,
		.label = xstrdup(name),
		.place = xasprintf("%s/%s", folder, name),
		.log = xasprintf("%s.%s", name, host_words[host]),
		.owner = run,
	};
	if (make_config(run, err) < 0)
		return -1;
	image = class->image.tell(class->image.context, &run->config, err);
	if (!image)
		return -1;
	return run_id(&run->config, &(struct run_inputs){ modules, class->version, 0, image }, run->run.id, err);
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
