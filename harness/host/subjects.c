// SPDX-License-Identifier: GPL-2.0-only
#include "host/subjects.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

void subjects_deinit(struct subjects *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->subjects[i].name);
		free(s->subjects[i].dir);
		free(s->subjects[i].why);
	}
	free(s->subjects);
	memset(s, 0, sizeof(*s));
}

/* A name is limited because it becomes that of a folder, and a word on a serial line and in a shell. */
static bool is_good_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
			return false;
	return len > 0 && len <= SUBJECTS_NAME_MAX && isalnum((unsigned char)name[0]);
}

static int add_subject(struct subjects *s, const char *dir, const char *name, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", path);

	if (!is_good_name(name))
		return error_set(err, STATUS_USAGE, "%s: a subject's name is letters, digits, '.', '_' "
				 "and '-', at most %d of them", path, SUBJECTS_NAME_MAX);
	if (access(kvm, R_OK) < 0)
		return error_set(err, STATUS_USAGE, "%s is no subject: it holds no kvm.ko", path);
	if (s->count == SUBJECTS_MAX)
		return error_set(err, STATUS_USAGE, "%s holds more than %d subjects", dir, SUBJECTS_MAX);
	s->subjects = xrealloc(s->subjects, (s->count + 1) * sizeof(*s->subjects));
	s->subjects[s->count++] = (struct subject){ .name = xstrdup(name), .dir = take_ptr(path) };
	return 0;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int subjects_load(const char *dir, struct subjects *ret, struct error *err)
{
	struct dirent **entries = NULL;
	int count = scandir(dir, &entries, is_visible, by_bytes), rc = 0;

	memset(ret, 0, sizeof(*ret));
	if (count < 0)
		return error_errno(err, STATUS_USAGE, "cannot read the folder of subjects %s", dir);
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = add_subject(ret, dir, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (rc == 0 && ret->count == 0)
		rc = error_set(err, STATUS_USAGE, "%s holds no subject: a folder with kvm.ko and the "
			       "vendor's module for each", dir);
	if (rc < 0)
		subjects_deinit(ret);
	return rc;
}
