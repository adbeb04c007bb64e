// SPDX-License-Identifier: GPL-2.0-only
#include "host/results_disk.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/seal.h"

static int archive_fail(struct archive *a, struct error *err, enum exit_status status,
			const char *what)
{
	const char *why = archive_error_string(a);
	int code = archive_errno(a);

	/* libarchive's text does not tell why a write failed. */
	return error_set(err, status, "%s: %s%s%s", what, why ? why : "unknown",
			 code == ENOSPC || code == EIO ? ": " : "",
			 code == ENOSPC || code == EIO ? strerror(code) : "");
}

static int put_member(struct archive *a, const char *name, const char *data, size_t len,
		      struct error *err)
{
	struct archive_entry *e = archive_entry_new();
	int rc;

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)len);
	rc = archive_write_header(a, e);
	if (rc == ARCHIVE_OK && len && archive_write_data(a, data, len) != (la_ssize_t)len)
		rc = ARCHIVE_FATAL;
	archive_entry_free(e);
	return rc == ARCHIVE_OK ? 0 : archive_fail(a, err, STATUS_LOST, name);
}

static int put_files(struct archive *a, const char *dir, struct error *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	if (!d)
		return error_errno(err, STATUS_USAGE, "cannot read %s", dir);
	while (rc == 0 && (e = readdir(d))) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, e->d_name);
		_cleanup_free_ char *data = NULL;
		struct stat st;
		size_t len;

		if (e->d_name[0] == '.' || lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		data = file_read(path, RESULTS_DISK_FILE_BYTES_MAX, &len, err);
		rc = data ? put_member(a, e->d_name, data, len, err) : -1;
	}
	closedir(d);
	return rc;
}

int results_disk_write(const char *dir, const char *device, struct error *err)
{
	_cleanup_close_ int fd = open(device, O_WRONLY | O_CLOEXEC);
	struct archive *a;
	int rc;

	if (fd < 0)
		return error_errno(err, STATUS_LOST, "cannot open the results disk %s", device);
	a = archive_write_new();
	archive_write_set_format_ustar(a);
	if (archive_write_open_fd(a, fd) != ARCHIVE_OK)
		rc = archive_fail(a, err, STATUS_LOST, device);
	else if ((rc = put_files(a, dir, err)) == 0 &&
		 (rc = put_member(a, RESULTS_DISK_END, "", 0, err)) == 0 &&
		 archive_write_close(a) != ARCHIVE_OK)
		rc = archive_fail(a, err, STATUS_LOST, device);
	archive_write_free(a);
	if (rc == 0 && fsync(fd) < 0)
		rc = error_errno(err, STATUS_LOST, "cannot write the results disk %s", device);
	return rc;
}

/* Accepts one plain name such as "console.log", in which no path can hide. */
static bool is_plain_name(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (len == 0 || len > 64 || !isalnum((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
			return false;
	return true;
}

/* What L0 writes itself is never taken from an L1: its word would stand for ours. */
static bool is_ours(const char *name)
{
	static const char *const names[] = {
		FILE_CONFIG, FILE_INPUTS, FILE_HOST_CONSOLE, FILE_HOST_CONSOLE_OF("1"), FILE_HOST_PROGRESS,
		FILE_HOST_DOMAIN, FILE_HOST_BOCHSRC, FILE_SUBMISSION, FILE_SUBMISSION_PATCH,
		FILE_BUILD_FAILED, FILE_EDITION,
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return seal_is_output(name);
}

static int take_member(struct archive *a, struct archive_entry *e, const char *dir,
		       long *bytes_left, struct error *err)
{
	const char *name = archive_entry_pathname(e);
	long size = (long)archive_entry_size(e);
	_cleanup_free_ char *path = NULL, *data = NULL;

	if (!is_plain_name(name))
		return error_set(err, STATUS_LOST, "a member has a name that is not a plain file name");
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e) ||
	    archive_entry_symlink(e))
		return error_set(err, STATUS_LOST, "the member %s is not a regular file", name);
	if (size < 0 || size > RESULTS_DISK_FILE_BYTES_MAX || size > *bytes_left)
		return error_set(err, STATUS_LOST, "the member %s is too large (%ld bytes)", name, size);
	if (is_ours(name))
		return 0;
	path = xasprintf("%s/%s", dir, name);
	if (access(path, F_OK) == 0)
		return error_set(err, STATUS_LOST, "the member %s is there already", name);
	*bytes_left -= size;
	data = xcalloc(1, (size_t)size + 1);
	if (archive_read_data(a, data, (size_t)size) != size)
		return error_set(err, STATUS_LOST, "the member %s is cut short", name);
	return file_write(path, data, (size_t)size, err);
}

static int take_members(struct archive *a, const char *dir, struct error *err)
{
	long bytes_left = RESULTS_DISK_BYTES_MAX;
	struct archive_entry *e;

	for (int count = 0; count <= RESULTS_DISK_FILES_MAX; count++) {
		int rc = archive_read_next_header(a, &e);
		const char *name;

		if (rc == ARCHIVE_EOF)
			return error_set(err, STATUS_LOST, "%s", count ?
					 "it ends without its last member, so it is not complete" :
						 "nothing was written to it");
		if (rc != ARCHIVE_OK)
			return archive_fail(a, err, STATUS_LOST, "torn");
		name = archive_entry_pathname(e);
		if (name && !strcmp(name, RESULTS_DISK_END) && archive_entry_filetype(e) == AE_IFREG)
			return 0;
		if (take_member(a, e, dir, &bytes_left, err) < 0)
			return -1;
	}
	return error_set(err, STATUS_LOST, "it has more than %d members", RESULTS_DISK_FILES_MAX);
}

int results_disk_read(const char *device, const char *dir, struct error *err)
{
	_cleanup_close_ int fd = open(device, O_RDONLY | O_CLOEXEC);
	struct archive *a = archive_read_new();
	int rc;

	archive_read_support_format_tar(a);
	if (fd < 0)
		rc = error_errno(err, STATUS_LOST, "cannot open %s", device);
	else if (archive_read_open_fd(a, fd, 64 * 1024) != ARCHIVE_OK)
		rc = archive_fail(a, err, STATUS_LOST, "cannot be opened");
	else
		rc = take_members(a, dir, err);
	archive_read_free(a);
	return rc < 0 ? error_wrap(err, "the results disk of the L1 host") : 0;
}
