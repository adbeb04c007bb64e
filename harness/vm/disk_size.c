// SPDX-License-Identifier: GPL-2.0-only
#include "vm/disk_size.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

#define SECTOR 512
#define QCOW2_SIZE_AT 24

static int size_of_qcow2(int fd, const char *path, off_t *ret, struct error *err)
{
	uint64_t size;

	if (pread(fd, &size, sizeof(size), QCOW2_SIZE_AT) != sizeof(size))
		return error_set(err, STATUS_USAGE, "%s has no header of a qcow2", path);
	*ret = (off_t)be64toh(size);
	return 0;
}

int disk_size(const char *path, const char *format, off_t *ret_bytes, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(err, STATUS_USAGE, "cannot read %s", path);
	*ret_bytes = st.st_size;
	if (!strcmp(format, "qcow2") && size_of_qcow2(fd, path, ret_bytes, err) < 0)
		return -1;
	*ret_bytes = (*ret_bytes + SECTOR - 1) / SECTOR * SECTOR;
	return 0;
}
