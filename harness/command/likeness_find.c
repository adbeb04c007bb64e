// SPDX-License-Identifier: GPL-2.0-only
#include "command/likeness_find.h"

#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/subprocess.h"
#include "evidence/file_names.h"
#include "host/host.h"
#include "run/scratch.h"

#define PATCH_BYTES_MAX (4u << 20)
#define PART_BYTES_MAX (256u << 10)	/* of a larger one the first are compared */
#define OUTPUT_BYTES_MAX (16u << 20)

/* What sim_c may take: seconds of CPU time, bytes of memory, bytes of each file that it writes. */
#define LIMITS "--cpu=60", "--as=1073741824", "--fsize=16777216"
/* Percent; what two have in common below that, everybody has. */
#define LEAST "20"

/* The lines that a subject adds; NULL: it was not handed in as source. */
static char *load_part(const struct grade_row *row, const char *dir)
{
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *path = NULL, *patch = NULL;
	char *part;

	if (!row->run_count)
		return NULL;
	path = xasprintf("%s/%s/" FILE_SUBMISSION_PATCH, dir, row->runs[0].folder);
	patch = file_read(path, PATCH_BYTES_MAX, NULL, &err);
	if (!patch)
		return NULL;
	part = likeness_added_lines(patch);
	if (strlen(part) > PART_BYTES_MAX)
		part[PART_BYTES_MAX] = '\0';
	return part;
}

/* Writes the parts that have a line to N.c in the scratch folder, and names them behind argv[from]. */
static int write_parts(char *const *parts, size_t count, const char *scratch, const char **argv,
		       size_t from, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *path = NULL;

		if (!parts[i] || !*parts[i])
			continue;
		path = xasprintf("%s/%zu.c", scratch, i);
		if (file_write(path, parts[i], strlen(parts[i]), err) < 0)
			return -1;
		argv[from++] = take_ptr(path);
	}
	return 0;
}

/* What a person is told where there is no list; a signal is an error. */
static int tell_why_not(struct likeness *l, struct error *err)
{
	_cleanup_error_ struct error stopped = { 0 };

	/* A class that was stopped is graded all the same: interrupt_defer(). */
	if (interrupt_check(&stopped) < 0)
		return -1;
	if (interrupt_pending())
		l->why_not = xstrdup(
			"The class was stopped before the changes were compared: make grades does it.");
	else if (err->status == STATUS_SKIP)
		l->why_not = xstrdup(
			"sim_c is not installed: run apt-get install similarity-tester, then make grades");
	else
		l->why_not = xasprintf("The changes could not be compared: %s", err->message);
	error_clear(err);
	return 0;
}

static int run_sim(const char *const *argv, const char *output, size_t rows, struct likeness *ret,
		   struct error *err)
{
	_cleanup_free_ char *text = NULL;

	if (subprocess_run(argv, SUBPROCESS_SMALL_MS, err) < 0)
		return tell_why_not(ret, err);
	text = file_read(output, OUTPUT_BYTES_MAX, NULL, err);
	if (!text)
		return tell_why_not(ret, err);
	likeness_parse(ret, text, rows);
	return 0;
}

static int compare(char *const *parts, size_t count, const char *scratch, struct likeness *ret,
		   struct error *err)
{
	_cleanup_free_ char *output = xasprintf("%s/output", scratch);
	const char *const first[] = { "prlimit", LIMITS, "sim_c", "-p", "-e",  "-a",
				      "-T",	 "-t",	 LEAST,	  "-o", output };
	const size_t own = ARRAY_SIZE(first);
	const char **argv = xcalloc(own + count + 1, sizeof(*argv));
	int rc;

	memcpy(argv, first, sizeof(first));
	rc = write_parts(parts, count, scratch, argv, own, err);
	if (rc == 0 && (!argv[own] || !argv[own + 1]))
		ret->why_not = xstrdup("Fewer than two subjects were handed in as source.");
	else if (rc == 0)
		rc = run_sim(argv, output, count, ret, err);
	for (size_t i = own; argv[i]; i++)
		free((char *)argv[i]);
	free(argv);
	return rc;
}

int likeness_find(const struct grade_list *list, const char *dir, const char *cache,
		  struct likeness *ret, struct error *err)
{
	char **parts = xcalloc(list->count + 1, sizeof(*parts));
	struct scratch scratch = { .lock_fd = -1 };
	int rc = scratch_create(cache, host_native_restore, &scratch, err);

	for (size_t i = 0; i < list->count; i++)
		parts[i] = load_part(&list->rows[i], dir);
	likeness_drop_shared(parts, list->count, ret);
	if (rc == 0)
		rc = compare(parts, list->count, scratch.dir, ret, err);
	scratch_destroy(&scratch);
	for (size_t i = 0; i < list->count; i++)
		free(parts[i]);
	free(parts);
	return rc;
}
