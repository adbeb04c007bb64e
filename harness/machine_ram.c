// SPDX-License-Identifier: GPL-2.0-only
#include "machine_ram.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "payload.h"
#include "util.h"

#define CHUNK (1 << 20)

char *machine_ram_initrd(const struct machine_spec *m)
{
	return xasprintf("%s/initrd-with-disks.img", m->scratch);
}

static long file_mib(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : (long)(st.st_size >> 20) + 1;
}

long machine_ram_mib(const struct machine_spec *m)
{
	return 2 * (file_mib(m->initrd) + file_mib(m->root) + PAYLOAD_MIB);
}

static int archive_fail(struct archive *a, const char *name, struct error *err)
{
	const char *why = archive_error_string(a);

	return error_set(err, STATUS_USAGE, "cannot put %s into the initrd: %s", name,
			 why ? why : "unknown");
}

static int put_head(struct archive *a, const char *name, unsigned int type, la_int64_t size)
{
	struct archive_entry *e = archive_entry_new();
	int rc;

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, type == AE_IFDIR ? 0755 : 0644);
	archive_entry_set_nlink(e, 1);
	archive_entry_set_size(e, size);
	rc = archive_write_header(a, e);
	archive_entry_free(e);
	return rc;
}

/* write: where each chunk goes. */
static int copy_file(const char *from, int (*write_chunk)(void *to, const char *data, size_t n),
		     void *to, struct error *err)
{
	_cleanup_close_ int fd = open(from, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *chunk = xcalloc(1, CHUNK);
	ssize_t n;

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", from);
	while ((n = read(fd, chunk, CHUNK)) > 0)
		if (write_chunk(to, chunk, (size_t)n) < 0)
			return error_errno(err, STATUS_USAGE, "cannot copy %s into the initrd", from);
	return n < 0 ? error_errno(err, STATUS_USAGE, "cannot read %s", from) : 0;
}

static int chunk_to_archive(void *to, const char *data, size_t n)
{
	return archive_write_data(to, data, n) == (la_ssize_t)n ? 0 : -1;
}

static int chunk_to_fd(void *to, const char *data, size_t n)
{
	return write(*(int *)to, data, n) == (ssize_t)n ? 0 : -1;
}

static int put_file(struct archive *a, const char *from, const char *name, struct error *err)
{
	struct stat st;

	if (stat(from, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot open %s", from);
	if (put_head(a, name + 1, AE_IFREG, st.st_size) != ARCHIVE_OK)
		return archive_fail(a, name, err);
	return copy_file(from, chunk_to_archive, a, err);
}

/* The kernel takes archives one after the other. */
static int append_disks(const struct machine_spec *m, int fd, struct error *err)
{
	struct archive *a = archive_write_new();
	int rc;

	archive_write_set_format_cpio_newc(a);
	archive_write_set_bytes_per_block(a, CHUNK);
	if (archive_write_open_fd(a, fd) != ARCHIVE_OK ||
	    put_head(a, "disks", AE_IFDIR, 0) != ARCHIVE_OK)
		rc = archive_fail(a, "disks", err);
	else if ((rc = put_file(a, m->root, MACHINE_RAM_ROOT, err)) == 0)
		rc = put_file(a, m->payload, MACHINE_RAM_PAYLOAD, err);
	if (rc == 0 && archive_write_close(a) != ARCHIVE_OK)
		rc = archive_fail(a, "disks", err);
	archive_write_free(a);
	return rc;
}

int machine_ram_make(const struct machine_spec *m, struct error *err)
{
	_cleanup_free_ char *path = machine_ram_initrd(m);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, STATUS_USAGE, "cannot make %s", path);
	if (copy_file(m->initrd, chunk_to_fd, &fd, err) < 0)
		return -1;
	return append_disks(m, fd, err);
}
