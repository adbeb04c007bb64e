// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/seal.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"

#define SEAL_BYTES_MAX (64u << 10)
#define HEX 64			/* digits of a sum */

/* What judging writes, each time anew. */
static const char *const outputs[] = {
	FILE_VERDICTS, FILE_SUMMARY, FILE_REPORT, FILE_TAP, FILE_JUNIT, FILE_SUMS,
};

static bool is_output(const char *name)
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
	return e->d_name[0] != '.' && !strchr(e->d_name, '\n') && !is_output(e->d_name);
}

static bool is_regular(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int put_sum(FILE *out, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	char hex[HEX + 1];

	if (!is_regular(path))
		return 0;
	if (digest_file(path, NULL, hex, err) < 0)
		return -1;
	fprintf(out, "%s  %s\n", hex, name);
	return 0;
}

int seal_write(const char *dir, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUMS, dir), *text = NULL;
	struct dirent **names;
	size_t len;
	FILE *out;
	int count = scandir(dir, &names, is_sealed, alphasort), rc = 0;

	if (count < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", dir);
	out = open_memstream(&text, &len);
	if (!out)
		abort();	/* out of memory, as in memory.c */
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = put_sum(out, dir, names[i]->d_name, err);
		free(names[i]);
	}
	free(names);
	fclose(out);
	return rc < 0 ? -1 : file_write(path, text, len, err);
}

static int refuse(const char *dir, struct error *err, const char *name, const char *what)
{
	return error_set(err, STATUS_LOST, "%s is not as the run left it: %s %s (to judge it as it is, "
			 "remove its " FILE_SUMS ")", dir, name, what);
}

/* "<sum>  <name>", the newline cut off: the name, or NULL. */
static char *split_line(char *line)
{
	size_t len = strspn(line, "0123456789abcdef");

	if (len != HEX || line[HEX] != ' ' || line[HEX + 1] != ' ')
		return NULL;
	line[HEX] = '\0';
	line += HEX + 2;
	return *line && *line != '.' && !strchr(line, '/') ? line : NULL;
}

static int check_line(const char *dir, char *line, const char **ret_name, struct error *err)
{
	_cleanup_error_ struct error why = { 0 };
	_cleanup_free_ char *path = NULL;
	char hex[HEX + 1];

	*ret_name = split_line(line);
	if (!*ret_name)
		return refuse(dir, err, FILE_SUMS, "is damaged");
	path = xasprintf("%s/%s", dir, *ret_name);
	if (access(path, F_OK) < 0)
		return refuse(dir, err, *ret_name, "is missing");
	if (!is_regular(path) || digest_file(path, NULL, hex, &why) < 0)
		return refuse(dir, err, *ret_name, "cannot be read");
	return strcmp(hex, line) ? refuse(dir, err, *ret_name, "has changed since") : 0;
}

/* An input that is there and not in the seal came later. */
static int check_input(const char *dir, const char *const *names, unsigned int count,
		       const char *input, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, input);

	for (unsigned int i = 0; i < count; i++)
		if (!strcmp(names[i], input))
			return 0;
	return access(path, F_OK) < 0 ? 0 : refuse(dir, err, input, "is not in its " FILE_SUMS);
}

int seal_check(const char *dir, const char *const *inputs, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FILE_SUMS, dir), *text = NULL;
	_cleanup_free_ const char **names = NULL;
	unsigned int count = 0;
	size_t len;

	if (access(path, F_OK) < 0)
		return 0;
	text = file_read(path, SEAL_BYTES_MAX, &len, err);
	if (!text)
		return -1;
	if (!len || text[len - 1] != '\n' || strlen(text) != len)
		return refuse(dir, err, FILE_SUMS, "is damaged");
	names = xcalloc(len / HEX + 1, sizeof(*names));
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		if (check_line(dir, line, &names[count], err) < 0)
			return -1;
		count++;
	}
	for (; *inputs; inputs++)
		if (check_input(dir, names, count, *inputs, err) < 0)
			return -1;
	return 0;
}
