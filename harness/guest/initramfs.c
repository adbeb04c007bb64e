// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "guest/seed.h"

#define FILE_MAX (8 << 20)

/* An entry has no owner and no time, so that the same files give the same archive. */
static int put_entry(struct archive *a, const char *path, size_t path_len, unsigned int type, const char *data,
		     size_t len)
{
	_cleanup_free_ char *name = xasprintf("%.*s", (int)path_len, path);
	struct archive_entry *e = archive_entry_new();
	int rc;

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0755);
	archive_entry_set_nlink(e, type == AE_IFDIR ? 2 : 1);
	archive_entry_set_size(e, (la_int64_t)len);
	rc = archive_write_header(a, e);
	if (rc == ARCHIVE_OK && len && archive_write_data(a, data, len) != (la_ssize_t)len)
		rc = ARCHIVE_FATAL;
	archive_entry_free(e);
	return rc;
}

/* Tells whether a file before this one lies in that folder too. */
static bool is_made(const struct initramfs_file *files, const struct initramfs_file *file, size_t len)
{
	for (; files < file; files++)
		if (!strncmp(files->to, file->to, len) && files->to[len] == '/')
			return true;
	return false;
}

/* Folders are entries of their own, because the kernel does not make them by itself. */
static int put_folders(struct archive *a, const struct initramfs_file *files, const struct initramfs_file *file)
{
	for (const char *slash = file->to; (slash = strchr(slash, '/')); slash++) {
		size_t len = (size_t)(slash - file->to);

		if (!is_made(files, file, len) && put_entry(a, file->to, len, AE_IFDIR, NULL, 0) != ARCHIVE_OK)
			return ARCHIVE_FATAL;
	}
	return ARCHIVE_OK;
}

static int put_file(struct archive *a, const struct initramfs_file *files, const struct initramfs_file *file,
		    const char *path, struct error *err)
{
	size_t len;
	_cleanup_free_ char *data = file_read(file->from, FILE_MAX, &len, err);

	if (!data)
		return error_wrap(err, "the micro guest's %s", file->to);
	if (put_folders(a, files, file) == ARCHIVE_OK &&
	    put_entry(a, file->to, strlen(file->to), AE_IFREG, data, len) == ARCHIVE_OK)
		return 0;
	return error_set(err, STATUS_USAGE, "cannot write %s: %s", path,
			 archive_error_string(a) ? archive_error_string(a) : "unknown");
}

int initramfs_make(const struct initramfs_file *files, size_t count, const char *path, struct error *err)
{
	struct archive *a = archive_write_new();
	int rc = 0;

	archive_write_set_format_cpio_newc(a);
	if (archive_write_open_filename(a, path) != ARCHIVE_OK)
		rc = error_set(err, STATUS_USAGE, "cannot write %s: %s", path, archive_error_string(a));
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = put_file(a, files, &files[i], path, err);
	if (rc == 0 && archive_write_close(a) != ARCHIVE_OK)
		rc = error_set(err, STATUS_USAGE, "cannot write %s: %s", path, archive_error_string(a));
	archive_write_free(a);
	return rc;
}
