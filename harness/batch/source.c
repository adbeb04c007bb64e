// SPDX-License-Identifier: GPL-2.0-only
#include "batch/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/subject.h"
#include "evidence/file_names.h"
#include "run/module_folder.h"

#define NESTED_MAX 4	/* folders within folders that hold nothing else */

static bool is_there(const char *dir, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

	return access(path, F_OK) == 0;
}

static bool has_ending(const char *name, const char *const *endings)
{
	size_t len = strlen(name);

	for (; *endings; endings++)
		if (len > strlen(*endings) && !strcasecmp(name + len - strlen(*endings), *endings))
			return true;
	return false;
}

static enum source_form look_at_file(const char *path, struct error *err)
{
	static const char *const patches[] = { ".patch", ".diff", ".mbox", ".eml", NULL };
	static const char *const archives[] = { ".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".7z",
						".rar", NULL };

	if (has_ending(path, patches))
		return SOURCE_TO_BUILD;
	if (has_ending(path, archives))
		error_set(err, STATUS_USAGE, "it is an archive: unpack it into a folder");
	else
		error_set(err, STATUS_USAGE, "it is a file, and neither a folder nor a patch (*.patch, *.diff, "
			  "*.mbox)");
	return SOURCE_NONE;
}

/* How many entries a folder has; ret_only: the path of the last one, where that is a folder. */
static int count_entries(const char *path, char **ret_only)
{
	DIR *d = opendir(path);
	struct dirent *e;
	struct stat st;
	int count = 0;

	*ret_only = NULL;
	if (!d)
		return -1;
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		count++;
		free(take_ptr(*ret_only));
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
			*ret_only = xasprintf("%s/%s", path, e->d_name);
	}
	closedir(d);
	return count;
}

/* Whether files by which KVM's source is known lie beside modules. */
static bool has_kvm_source(const char *path)
{
	static const char *const names[] = { "cpuid.c", "x86.c", "vmx.c", "svm.c", "vmx/vmx.c", "svm/svm.c" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (is_there(path, names[i]))
			return true;
	return false;
}

static enum source_form look_at_folder(char **path, struct error *err)
{
	for (int depth = 0; depth <= NESTED_MAX; depth++) {
		_cleanup_free_ char *kvm = xasprintf("%s/%s", *path, module_files[0]), *only = NULL;
		struct stat st;
		int count;

		/* What a build has left in KVM's own folder: the builder says whether its modules fit. */
		if (lstat(kvm, &st) == 0)
			return has_kvm_source(*path) ? SOURCE_TO_BUILD : SOURCE_MODULES;
		count = count_entries(*path, &only);
		if (count < 0)
			error_errno(err, STATUS_USAGE, "it cannot be read");
		else if (count == 0)
			error_set(err, STATUS_USAGE, "%s", depth ? "there is nothing in it but empty folders" :
				  "it is an empty folder");
		if (count <= 0)
			return SOURCE_NONE;
		if (count > 1 || !only)
			break;
		free(*path);
		*path = take_ptr(only);
	}
	return SOURCE_TO_BUILD;
}

enum source_form source_look(const char *source, char **ret_path, struct error *err)
{
	struct stat st;
	int code;

	*ret_path = xstrdup(source);
	if (subject_is_url(source))
		return SOURCE_TO_BUILD;
	if (stat(source, &st) == 0)
		return S_ISDIR(st.st_mode) ? look_at_folder(ret_path, err) :
		       S_ISREG(st.st_mode) ? look_at_file(source, err) :
		       (enum source_form)(error_set(err, STATUS_USAGE, "it is neither a folder nor a file"),
					  SOURCE_NONE);
	code = errno;
	if (strchr(source, '#'))
		return SOURCE_TO_BUILD;	/* a repository and what to take of it: the builder says what is wrong */
	if (lstat(source, &st) == 0 && S_ISLNK(st.st_mode))
		error_set(err, STATUS_USAGE, "it is a link that leads nowhere: %s", strerror(code));
	else
		error_set(err, STATUS_USAGE, "it is not there: %s", strerror(code));
	return SOURCE_NONE;
}

int source_take_modules(const char *from, const char *to, struct error *err)
{
	dir_remove(to);
	if (dir_make(to, err) < 0)
		return -1;
	if (module_folder_copy(from, to, module_files, err) == 0) {
		if (is_there(to, "kvm-amd.ko") || is_there(to, "kvm-intel.ko"))
			return 0;
		error_set(err, STATUS_USAGE, "it has kvm.ko and no vendor's module: kvm-amd.ko or kvm-intel.ko");
	}
	dir_remove(to);
	return -1;
}

static int put_sums(FILE *out, const char *dir, const char *const *names, struct error *err)
{
	for (; *names; names++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, *names);
		char hex[65];

		if (!is_there(dir, *names))
			continue;
		if (digest_file(path, interrupt_check, hex, err) < 0)
			return -1;
		fprintf(out, "%s %s\n", *names, hex);
	}
	return 0;
}

char *source_list_modules(const char *dir, struct error *err)
{
	static const char *const builder[] = { FILE_SUBMISSION, FILE_BUILD_FAILED, NULL };
	_cleanup_text_ struct text text = { 0 };
	FILE *out = text_open(&text);

	if (put_sums(out, dir, module_files, err) < 0 || put_sums(out, dir, module_notes, err) < 0 ||
	    put_sums(out, dir, builder, err) < 0)
		return NULL;
	return text_close(&text);
}
