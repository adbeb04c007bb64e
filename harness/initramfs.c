// SPDX-License-Identifier: GPL-2.0-only
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "seed.h"
#include "util.h"

#define INIT_MAX (8 << 20)

static int put_init(struct archive *a, const char *data, size_t len)
{
	struct archive_entry *e = archive_entry_new();
	int rc;

	archive_entry_set_pathname(e, "init");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0755);
	archive_entry_set_nlink(e, 1);
	archive_entry_set_size(e, (la_int64_t)len);
	rc = archive_write_header(a, e);
	if (rc == ARCHIVE_OK && archive_write_data(a, data, len) != (la_ssize_t)len)
		rc = ARCHIVE_FATAL;
	archive_entry_free(e);
	return rc;
}

int initramfs_make(const char *init, const char *path, struct error *err)
{
	size_t len;
	_cleanup_free_ char *data = file_read(init, INIT_MAX, &len, err);
	struct archive *a;
	int rc = 0;

	if (!data)
		return error_wrap(err, "the micro guest's init");
	a = archive_write_new();
	archive_write_set_format_cpio_newc(a);
	if (archive_write_open_filename(a, path) != ARCHIVE_OK ||
	    put_init(a, data, len) != ARCHIVE_OK || archive_write_close(a) != ARCHIVE_OK)
		rc = error_set(err, STATUS_USAGE, "cannot write %s: %s", path,
			       archive_error_string(a) ? archive_error_string(a) : "unknown");
	archive_write_free(a);
	return rc;
}
