// SPDX-License-Identifier: GPL-2.0-only
/* Fills rows of grades from what judging has left in run folders. */
#include "report/grades_json.h"

#include <string.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/build_failure.h"
#include "evidence/file_format.h"
#include "evidence/file_names.h"
#include "evidence/submission_notes.h"
#include "judge/edition_builtin.h"

#define TEXT_BYTES_MAX (1u << 20)	/* of what the builder has written */

static json_t *load(const char *dir, const char *folder, const char *name, int format, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/%s", dir, folder, name);
	json_error_t je;
	json_t *json = json_load_file(path, 0, &je);

	if (!json) {
		error_set(err, STATUS_USAGE, "%s: %s", path, je.text);
	} else if (file_format_check(json, path, format, err) < 0) {
		json_decref(json);
		json = NULL;
	}
	return json;
}

/* A file that may be missing; the caller frees it. */
static char *read_text(const char *dir, const char *folder, const char *name, size_t *ret_len)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/%s", dir, folder, name);
	_cleanup_error_ struct error err = { 0 };

	return file_read(path, TEXT_BYTES_MAX, ret_len, &err);
}

static void add_note(json_t *notes, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(notes, key, json_text(text));
}

/* What went in only by being bent to fit, for a person to look at. */
static void add_carried(json_t *notes, const struct submission_notes *n)
{
	_cleanup_free_ char *bent = NULL, *checks = NULL;

	for (unsigned int i = 0; i < n->file_count; i++)
		if (n->file[i].carry >= CARRY_FUZZ)
			text_join(&bent, ", ", "%s (%s)", n->file[i].path,
				  carry_names[n->file[i].carry]);
	for (unsigned int i = 0; i < n->check_count; i++)
		text_join(&checks, "; ", "%s", n->check[i]);
	add_note(notes, GRADE_NOTE_BENT, bent ? bent : "");
	add_note(notes, "to be looked at", checks ? checks : "");
}

/* A malformed file has no notes: its clause says that it is lost. */
static json_t *load_notes(const char *dir, const char *folder)
{
	struct submission_notes *n = xcalloc(1, sizeof(*n));
	_cleanup_error_ struct error err = { 0 };
	json_t *notes = json_object();
	size_t len;
	_cleanup_free_ char *text = read_text(dir, folder, FILE_SUBMISSION, &len);

	if (text && submission_notes_parse(text, len, n, &err) == 0) {
		add_note(notes, "form", n->form);
		add_note(notes, "base", n->base);
		add_note(notes, "kernel", n->target);
		add_note(notes, "touches", n->touched ? touched_names[n->touched] : "");
		add_carried(notes, n);
	}
	free(n);
	return notes;
}

static json_t *load_errors(const char *dir, const char *folder)
{
	struct build_failure *b = xcalloc(1, sizeof(*b));
	_cleanup_error_ struct error err = { 0 };
	_cleanup_free_ char *all = NULL;
	size_t len;
	_cleanup_free_ char *text = read_text(dir, folder, FILE_BUILD_FAILED, &len);

	if (text && build_failure_parse(text, len, b, &err) == 0) {
		text_join(&all, "\n", "%s", b->message);
		for (unsigned int i = 0; i < b->error_count; i++)
			text_join(&all, "\n", "%s", b->error[i]);
	}
	free(b);
	return json_text(all);
}

static bool has_failed(const struct grade_run *run, const char *id)
{
	for (size_t i = 0; i < run->clause_count; i++)
		if (!strcmp(run->clauses[i].id, id))
			return run->clauses[i].verdict == VERDICT_FAIL;
	return false;
}

static enum grade_state state_of(const struct grade_run *run)
{
	if (has_failed(run, "stable"))
		return GRADE_CRASHED;
	if (has_failed(run, "builds"))
		return GRADE_NOT_BUILT;
	return run->verdict == VERDICT_LOST ? GRADE_LOST : GRADE_MEASURED;
}

/* "6.1" of "6.1.0-57-cloud-amd64"; the caller frees.  NULL: it is no release. */
static char *series_of(const char *release)
{
	unsigned int major, minor;

	return release && sscanf(release, "%u.%u", &major, &minor) == 2 ? xasprintf("%u.%u", major, minor) : NULL;
}

static void put_number(char **words, const char *name, const json_t *value, json_int_t usual)
{
	if (json_is_integer(value) && json_integer_value(value) != usual)
		text_join(words, " ", "%s=%lld", name, (long long)json_integer_value(value));
}

static void put_word(char **words, const char *name, const char *value, const char *usual)
{
	if (value && *value && strcmp(value, usual) != 0)
		text_join(words, " ", "%s=%s", name, value);
}

/* What was found out, or is in a file of an instructor's, is not for whoever repeats the run to name. */
static const char *edition_to_name(const char *asked)
{
	_cleanup_free_ struct edition *known = asked ? edition_builtin(asked) : NULL;

	return known ? asked : NULL;
}

/* Variables of make that ask for the same run, of modules that are a submission's. */
static json_t *load_asked(const char *dir, const char *folder, const json_t *summary, const json_t *notes)
{
	const char *host_kernel = json_string_value(json_object_get(json_object_get(summary, "kernel"), "host"));
	const char *target = json_string_value(json_object_get(notes, "kernel"));
	_cleanup_free_ char *path = xasprintf("%s/%s/" FILE_CONFIG, dir, folder), *words = NULL;
	_cleanup_free_ char *series = series_of(host_kernel ? host_kernel : target);
	json_t *config = json_load_file(path, 0, NULL);

	put_word(&words, "HOST", json_string_value(json_object_get(summary, "host")), "");
	put_word(&words, "KERNEL", series, "");
	put_number(&words, "VCPUS", json_object_get(config, "vcpus"), 1);
	put_number(&words, "SDM", json_object_get(config, "sdm"), 0);
	put_word(&words, "SCOPE", json_string_value(json_object_get(config, "scope")), "vm");
	put_word(&words, "PAGING", json_string_value(json_object_get(config, "paging")), "auto");
	put_word(&words, "EDITION", edition_to_name(json_string_value(json_object_get(config, "edition"))), "");
	if (json_is_true(json_object_get(config, "carry")))
		text_join(&words, " ", "ARGS=--carry");
	json_decref(config);
	return json_text(words);
}

/* The run as it stands in grades.json. */
static json_t *load_run(const char *dir, const char *folder, struct error *err)
{
	json_t *json = load(dir, folder, FILE_VERDICTS, FORMAT_VERDICTS, err);
	json_t *summary = json ? load(dir, folder, FILE_SUMMARY, FORMAT_SUMMARY, err) : NULL;

	if (!summary) {
		json_decref(json);
		return NULL;
	}
	json_object_set_new(json, "folder", json_string(folder));
	json_object_set(json, "host", json_object_get(summary, "host"));
	json_object_set(json, "vendor", json_object_get(summary, "vendor"));
	json_object_set_new(json, "notes", load_notes(dir, folder));
	json_object_set_new(json, "asked", load_asked(dir, folder, summary, json_object_get(json, "notes")));
	json_object_set_new(json, "errors", load_errors(dir, folder));
	json_decref(summary);
	return json;
}

int grade_row_add_run(struct grade_row *row, const char *dir, const char *folder, struct error *err)
{
	json_t *json = load_run(dir, folder, err);
	int ret = json ? grade_row_parse_run(row, json, err) : -1;

	json_decref(json);
	if (ret < 0)
		return error_wrap(err, "%s/%s", dir, folder);
	if (state_of(&row->runs[row->run_count - 1]) > row->state)
		row->state = state_of(&row->runs[row->run_count - 1]);
	return 0;
}
