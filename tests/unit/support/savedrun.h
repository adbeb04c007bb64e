/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A copy of a saved run that passed, whose files a test changes and has judged
 * again, as `exitmeter replay` would.  For one translation unit.
 */
#ifndef EXITMETER_TESTS_SAVEDRUN_H
#define EXITMETER_TESTS_SAVEDRUN_H

#include "support/tempdir.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "judge/case_file_load.h"
#include "judge/judge.h"
#include "report/summary.h"

#define SAVED_FIXTURES "tests/fixtures/runs/"
#define SAVED_BYTES_MAX (1 << 20)

static const char *const saved_names[] = {
	"evidence.json", "records.log", "console.log", "host-counters.txt", "enabled.txt",
	"host-trace.txt", "host-exits.txt",
};

#define SAVED_FILES ARRAY_SIZE(saved_names)

static char *saved_text[SAVED_FILES];
static size_t saved_len[SAVED_FILES];
static char *saved_figures;	/* as it is judged unchanged */

static inline size_t saved_index(const char *name)
{
	for (size_t i = 0; i < SAVED_FILES; i++)
		if (!strcmp(saved_names[i], name))
			return i;
	fail_msg("no file %s", name);
	return 0;
}

/* Writes a file of the copy anew; no detour by a rename, since it is done so often. */
static inline void saved_put(const char *name, const char *data, size_t len)
{
	_cleanup_free_ char *path = tempdir_path(name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline void saved_put_text(const char *name, const char *text)
{
	saved_put(name, text, strlen(text));
}

static inline void saved_restore(const char *name)
{
	size_t i = saved_index(name);

	saved_put(name, saved_text[i], saved_len[i]);
}

/*
 * Judges the copy: the status that replay would exit with.  In
 * ret_figures, unless NULL, all that was counted; the caller frees it.
 */
static inline enum exit_status saved_judge(char **ret_figures)
{
	static struct case_file run;	/* large */
	struct judgement j = { 0 };
	struct error err = { 0 };
	enum exit_status status;

	if (ret_figures)
		*ret_figures = NULL;
	if (case_file_load(tempdir, &run, &err) < 0) {
		status = err.status;
		error_clear(&err);
		assert_int_not_equal(status, STATUS_PASS);
		return status;
	}
	judge(&run, &j);
	if (ret_figures) {
		json_t *json = summary_to_json(&run), *figures;

		figures = json_pack("{sOsOsOsO}", "points", json_object_get(json, "points"),
				    "host", json_object_get(json, "host_counters"),
				    "vendor", json_object_get(json, "vendor"),
				    "layout", json_object_get(json, "layout"));
		*ret_figures = json_dumps(figures, 0);
		json_decref(figures);
		json_decref(json);
	}
	status = j.status;
	judgement_deinit(&j);
	case_file_deinit(&run);
	return status;
}

static inline int saved_open(const char *fixture)
{
	struct error err = { 0 };

	for (size_t i = 0; i < SAVED_FILES; i++) {
		_cleanup_free_ char *path = xasprintf(SAVED_FIXTURES "%s/%s", fixture, saved_names[i]);

		saved_text[i] = file_read(path, SAVED_BYTES_MAX, &saved_len[i], &err);
		if (!saved_text[i]) {
			print_error("%s\n", err.message);
			return -1;
		}
		saved_restore(saved_names[i]);
	}
	return saved_judge(&saved_figures) == STATUS_PASS ? 0 : -1;
}

static inline void saved_close(void)
{
	for (size_t i = 0; i < SAVED_FILES; i++)
		free(saved_text[i]);
	free(saved_figures);
	memset(saved_text, 0, sizeof(saved_text));
	saved_figures = NULL;
}

/* cmocka fixtures: the micro guest's run, with the kernel's own counts beside. */
static inline int saved_setup(void **state)
{
	return tempdir_setup(state) < 0 ? -1 : saved_open("pass-micro");
}

static inline int saved_teardown(void **state)
{
	saved_close();
	return tempdir_teardown(state);
}

#define saved_test(f) cmocka_unit_test_setup_teardown(f, saved_setup, saved_teardown)

#endif
