// SPDX-License-Identifier: GPL-2.0-only
#include "image/built_image.h"

#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/interrupt.h"
#include "base/memory.h"

static int verify_file(const char *dir, const char *name, const json_t *entry, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	const char *want = json_string_value(json_object_get(entry, "sha256"));
	json_int_t bytes = json_integer_value(json_object_get(entry, "bytes"));
	struct stat st;
	char got[65];

	if (!want || strchr(name, '/'))
		return error_set(err, STATUS_USAGE, "image.json has no valid entry for %s", name);
	if (stat(path, &st) < 0)
		return error_errno(err, STATUS_USAGE, "%s", path);
	if (st.st_size != bytes)
		return error_set(err, STATUS_USAGE, "%s is truncated or altered: %lld bytes, built with %lld",
				 path, (long long)st.st_size, (long long)bytes);
	if (digest_file(path, interrupt_check, got, err) < 0)
		return -1;
	if (strcmp(got, want))
		return error_set(err, STATUS_USAGE, "%s is altered: SHA-256 %.16s..., built with %.16s...",
				 path, got, want);
	return 0;
}

static json_t *load_record(const char *dir, const char *what, const char *remedy,
			   struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/image.json", dir);
	json_error_t je;
	json_t *record;

	if (access(path, F_OK) < 0) {
		error_set(err, STATUS_SKIP, "there is no %s in %s: run `%s`", what, dir, remedy);
		return NULL;
	}
	record = json_load_file(path, JSON_REJECT_DUPLICATES, &je);
	if (!record || !json_object_size(json_object_get(record, "files"))) {
		error_set(err, STATUS_USAGE, "%s is not a record of an image (%s): remove %s and run `%s`",
			  path, record ? "it lists no files" : je.text, dir, remedy);
		json_decref(record);
		return NULL;
	}
	return record;
}

/* only: the one to be verified; NULL: all of them. */
static int verify_files(const char *dir, const json_t *record, const char *only, struct error *err)
{
	json_t *files = json_object_get(record, "files"), *entry;
	const char *name;

	json_object_foreach(files, name, entry)
		if ((!only || !strcmp(name, only)) && verify_file(dir, name, entry, err) < 0)
			return -1;
	return 0;
}

static json_t *brief(const json_t *record, const char *file)
{
	const json_t *entry = json_object_get(json_object_get(record, "files"), file);

	return json_pack("{sO? sO? sO? sO* sO* sO* ss sO?}",
			 "name", json_object_get(record, "name"),
			 "kernel", json_object_get(record, "kernel"),
			 "recipe", json_object_get(record, "recipe"),
			 "serial", json_object_get(record, "serial"),
			 "signed", json_object_get(record, "signed"),
			 "url", json_object_get(record, "url"), "file", file,
			 "sha256", json_object_get(entry, "sha256"));
}

char *built_image_suite(const char *dir, struct error *err)
{
	json_t *record = load_record(dir, "host image", "make images", err);
	const char *suite = json_string_value(json_object_get(record, "suite"));
	char *ret = suite ? xstrdup(suite) : NULL;

	if (record && !suite)
		error_set(err, STATUS_USAGE, "%s/image.json names no suite: run `make images FORCE=1`", dir);
	json_decref(record);
	return ret;
}

int built_image_note_file(json_t *files, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	char sha256[65];

	if (stat(path, &st) < 0)
		return error_errno(err, STATUS_USAGE, "%s", path);
	if (digest_file(path, interrupt_check, sha256, err) < 0)
		return -1;
	json_object_set_new(files, name, json_pack("{ss sI}", "sha256", sha256, "bytes",
						   (json_int_t)st.st_size));
	return 0;
}

int built_image_verify(const char *dir, const char *what, const char *remedy, const char *file,
		       bool is_alone, json_t **ret_brief, struct error *err)
{
	json_t *record = load_record(dir, what, remedy, err);
	int rc;

	if (!record)
		return -1;
	if (!json_object_get(json_object_get(record, "files"), file))
		rc = error_set(err, STATUS_USAGE, "%s/image.json lists no %s", dir, file);
	else
		rc = verify_files(dir, record, is_alone ? file : NULL, err);
	if (rc == 0)
		*ret_brief = brief(record, file);
	else if (!interrupt_pending())
		error_wrap(err, "the %s is not used (`%s FORCE=1` makes it anew)", what, remedy);
	json_decref(record);
	return rc;
}
