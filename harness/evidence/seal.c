// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/seal.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checksum_line.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"

#define SEAL_BYTES_MAX (64u << 10)

/* The files that the seal leaves out, because judging writes them anew each time. */
static const char *const outputs[] = {
	FILE_VERDICTS, FILE_SUMMARY, FILE_REPORT, FILE_HTML, FILE_TAP, FILE_JUNIT, FILE_SUMS, FILE_WORKLOAD_OUTPUT,
	FILE_PLOT_SCRIPT("timeline"), FILE_PLOT_DATA("timeline"), FILE_PLOT_SVG("timeline"),
	FILE_PLOT_SCRIPT("reasons"), FILE_PLOT_DATA("reasons"), FILE_PLOT_SVG("reasons"),
	FILE_PLOT_SCRIPT("published"), FILE_PLOT_DATA("published"), FILE_PLOT_SVG("published"),
};

bool seal_is_output(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++)
		if (!strcmp(name, outputs[i]))
			return true;
	return false;
}

void seal_drop_verdicts(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, outputs[i]);

		unlink(path);
	}
}

static int is_sealed(const struct dirent *e)
{
	return e->d_name[0] != '.' && !strchr(e->d_name, '\n') && !seal_is_output(e->d_name);
}

static bool is_regular(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int print_sum(FILE *out, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	struct digest digest;

	if (!is_regular(path))
		return 0;
	if (digest_file_as(path, DIGEST_SHA256, NULL, &digest, err) < 0)
		return -1;
	fprintf(out, "%s  %s\n", digest.hex, name);
	return 0;
}

int seal_write(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUMS, dir), *sums = NULL;
	struct dirent **names;
	_cleanup_text_ struct text text = { 0 };
	int count = scandir(dir, &names, is_sealed, alphasort), rc = 0;
	FILE *out;

	if (count < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", dir);
	out = text_open(&text);
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = print_sum(out, dir, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	if (rc < 0)
		return -1;
	sums = text_close(&text);
	return file_write(path, sums, text.len, err);
}

static int refuse(const char *dir, struct error *err, const char *name, const char *what)
{
	return error_set(err, STATUS_LOST, "%s is not as the run left it: %s %s (to judge it as it is, "
			 "remove its " FILE_SUMS ")", dir, name, what);
}

/*
 * Reads a line of the seal, and returns the name in it, which the caller frees.  NULL: it is not
 * exactly as seal_write() writes a line.  *at moves on behind it.
 */
static char *take_line(const char **at, struct digest *ret)
{
	_cleanup_free_ char *name = NULL, *again = NULL;
	const char *text = *at;
	struct checksum_line line;

	*at = checksum_line_read(text, &line);
	*ret = line.digest;
	if (!line.name || line.digest.kind != DIGEST_SHA256)
		return NULL;
	name = xasprintf("%.*s", (int)line.name_len, line.name);
	again = xasprintf("%s  %s\n", line.digest.hex, name);
	if (*name == '.' || strchr(name, '/') || strncmp(text, again, strlen(again)))
		return NULL;
	return take_ptr(name);
}

/* One look at the folder, since a file server may be slow to answer for each file. */
static struct dirent **read_names(const char *dir, int *ret_count)
{
	struct dirent **names;

	*ret_count = scandir(dir, &names, NULL, alphasort);
	return *ret_count < 0 ? NULL : names;
}

static bool has_name(struct dirent **names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i]->d_name, name))
			return true;
	return false;
}

bool seal_is_complete(const char *dir)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUMS, dir);
	_cleanup_error_ struct error ignored = { 0 };
	size_t len;
	_cleanup_free_ char *text = file_read(path, SEAL_BYTES_MAX, &len, &ignored);
	bool is_complete = text && len && text[len - 1] == '\n' && strlen(text) == len;
	int count;
	struct dirent **names = is_complete ? read_names(dir, &count) : NULL;
	struct digest digest;

	for (const char *at = text; is_complete && *at;) {
		_cleanup_free_ char *name = take_line(&at, &digest);

		is_complete = name && names && has_name(names, count, name);
	}
	for (int i = 0; names && i < count; i++)
		free(names[i]);
	free(names);
	return is_complete;
}

static int check_file(const char *dir, const char *name, const struct digest *want, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	struct digest digest;

	if (access(path, F_OK) < 0)
		return refuse(dir, err, name, "is missing");
	if (!is_regular(path) || digest_file_as(path, DIGEST_SHA256, NULL, &digest, &why) < 0)
		return refuse(dir, err, name, "cannot be read");
	return strcmp(digest.hex, want->hex) ? refuse(dir, err, name, "has changed since") : 0;
}

/* Checks every file that the seal names, and takes the inputs among them off `missing`. */
static int check_lines(const char *dir, const char *text, const char *const *inputs, unsigned int *missing,
		       struct error *err)
{
	struct digest digest;

	while (*text) {
		_cleanup_free_ char *name = take_line(&text, &digest);

		if (!name)
			return refuse(dir, err, FILE_SUMS, "is damaged");
		if (check_file(dir, name, &digest, err) < 0)
			return -1;
		for (unsigned int i = 0; inputs[i]; i++)
			if (!strcmp(inputs[i], name))
				*missing &= ~(1u << i);
	}
	return 0;
}

int seal_check(const char *dir, const char *const *inputs, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUMS, dir), *text = NULL;
	unsigned int missing = ~0u;	/* bits by the place in inputs */
	size_t len;

	if (access(path, F_OK) < 0)
		return 0;
	text = file_read(path, SEAL_BYTES_MAX, &len, err);
	if (!text)
		return -1;
	if (!len || text[len - 1] != '\n' || strlen(text) != len)
		return refuse(dir, err, FILE_SUMS, "is damaged");
	if (check_lines(dir, text, inputs, &missing, err) < 0)
		return -1;
	for (unsigned int i = 0; inputs[i]; i++) {
		_cleanup_free_ char *input = xasprintf("%s/%s", dir, inputs[i]);

		if (missing & 1u << i && access(input, F_OK) == 0)
			return refuse(dir, err, inputs[i], "is not in its " FILE_SUMS);
	}
	return 0;
}
