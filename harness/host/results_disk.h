/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results disk: a tar stream from byte 0 of a raw disk, written inside an
 * L1 host, read on L0.
 *
 * The writer ends with an empty member of the name RESULTS_DISK_END; without it the
 * disk is torn.  The reader does not trust what it reads, since the L1 ran a
 * stranger's kernel: plain file names only, regular files only, bounded in
 * number and size, into a folder of its own, and never over what is there.
 */
#ifndef EXITMETER_RESULTS_DISK_H
#define EXITMETER_RESULTS_DISK_H

#include <sys/types.h>

#include "base/error.h"

#define RESULTS_DISK_END "complete"
#define RESULTS_DISK_FILES_MAX 64
#define RESULTS_DISK_FILE_BYTES_MAX (48L << 20)
#define RESULTS_DISK_BYTES_MAX (128L << 20)

/* Writes the regular files of `dir` (not its folders) to `device`, from byte `offset` on. */
int results_disk_write_at(const char *dir, const char *device, off_t offset, struct error *err);
/* Reads into `dir`, which exists; a disk without a whole bundle at `offset` is STATUS_LOST. */
int results_disk_read_at(const char *device, off_t offset, const char *dir, struct error *err);

static inline int results_disk_write(const char *dir, const char *device, struct error *err)
{
	return results_disk_write_at(dir, device, 0, err);
}

static inline int results_disk_read(const char *device, const char *dir, struct error *err)
{
	return results_disk_read_at(device, 0, dir, err);
}

#endif
