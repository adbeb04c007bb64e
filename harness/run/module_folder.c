// SPDX-License-Identifier: GPL-2.0-only
#include "run/module_folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

#define MARK "vermagic="
#define RELEASE_MAX 64

const char *const module_files[] = { "kvm.ko", "kvm-amd.ko", "kvm-intel.ko", NULL };
const char *const module_notes[] = { "build.json", "enabled-svm.txt", "enabled-vmx.txt", NULL };

/* The bytes of a file of the folder, which the caller frees.  NULL without an error: it is not there. */
static char *read_file(int dir, const char *name, size_t *ret_len, struct error *err)
{
	/* O_NONBLOCK: a FIFO would hold us up. */
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	struct stat st;
	ssize_t n = 1;

	*ret_len = 0;
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		error_set(err, STATUS_USAGE, "%s is no regular file", name);
		return NULL;
	}
	if (st.st_size > MODULE_BYTES_MAX) {
		error_set(err, STATUS_USAGE, "%s is larger than %u MiB", name, MODULE_BYTES_MAX >> 20);
		return NULL;
	}
	data = xcalloc(1, (size_t)st.st_size + 1);
	while (*ret_len < (size_t)st.st_size && n > 0) {
		n = read(fd, data + *ret_len, (size_t)st.st_size - *ret_len);
		*ret_len += n > 0 ? (size_t)n : 0;
	}
	if (n > 0 || !st.st_size)
		return take_ptr(data);
	error_set(err, STATUS_USAGE, "%s cannot be read", name);
	return NULL;
}

static int copy_file(int dir, const char *name, const char *to, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", to, name);
	size_t len;
	_cleanup_free_ char *data = read_file(dir, name, &len, err);

	if (!data)
		return err->message ? -1 : 0;
	return file_write(path, data, len, err);
}

static int open_folder(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? error_errno(err, STATUS_USAGE, "cannot read the folder of modules %s", path) : fd;
}

int module_folder_copy(const char *from, const char *to, const char *const *names, struct error *err)
{
	_cleanup_close_ int dir = open_folder(from, err);

	if (dir < 0)
		return -1;
	for (; *names; names++)
		if (copy_file(dir, *names, to, err) < 0)
			return -1;
	return 0;
}

char *module_kernel(const void *module, size_t len)
{
	const char *begin = module, *end = begin + len, *at = begin;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), MARK, strlen(MARK)))) {
		/* The texts of .modinfo stand each behind a NUL, except for the first. */
		if (at == begin || at[-1] == '\0')
			break;
		at++;
	}
	if (!at)
		return NULL;
	at += strlen(MARK);
	while (at + n < end && n < RELEASE_MAX && isgraph((unsigned char)at[n]))
		n++;
	return xasprintf("%.*s", (int)n, at);
}

static int check_module(int dir, const char *name, const char *kernel, struct error *err)
{
	size_t len;
	_cleanup_free_ char *data = read_file(dir, name, &len, err);
	_cleanup_free_ char *of = data ? module_kernel(data, len) : NULL;

	if (!data && err->message)
		return -1;
	if (!data)
		return error_set(err, STATUS_SKIP, "there is no %s among the modules, which this host's KVM needs "
				 "(`make modules` builds ours, `make modules SUBMISSION=` somebody's)", name);
	if (!kernel || (of && !strcmp(of, kernel)))
		return 0;
	return error_set(err, STATUS_SKIP, "%s is built for the kernel %s, and the host's is %s: build it for that "
			 "one, or take the host of its own (KERNEL=)", name, of ? of : "of nobody knows which name",
			 kernel);
}

int module_folder_check(const char *dir, const char *vendor, const char *kernel, struct error *err)
{
	_cleanup_close_ int fd = open_folder(dir, err);

	if (fd < 0)
		return -1;
	return check_module(fd, module_files[0], kernel, err) < 0 ? -1 : check_module(fd, vendor, kernel, err);
}
