/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results disk is a raw disk with a tar stream on it, which is written inside an L1 host and
 * read on L0.
 *
 * The stream ends with an empty member named RESULTS_DISK_END.  Without that member the disk is
 * torn. The reader does not trust what it reads, because the L1 ran a stranger's kernel: it takes
 * only regular files with plain names, bounded in number and size, into a folder of their own, and
 * overwrites nothing.
 */
#ifndef EXITMETER_RESULTS_DISK_H
#define EXITMETER_RESULTS_DISK_H

#include <sys/types.h>

#include "base/error.h"
#include "run/protocol.h"

#define RESULTS_DISK_END "complete"
#define RESULTS_DISK_FILES_MAX 64
#define RESULTS_DISK_FILE_BYTES_MAX (48L << 20)
#define RESULTS_DISK_BYTES_MAX (128L << 20)

/* Where the slot with that number begins; the slots are counted from 0. */
static inline off_t results_disk_slot(unsigned int slot)
{
	return RESULTS_SLOT_BYTES * (off_t)slot;
}

/* Writes the regular files of `dir`, but not its folders, to `device` from byte `offset` on. */
int results_disk_write_at(const char *dir, const char *device, off_t offset, struct error *err);
/* Reads them into `dir`, which exists.  STATUS_LOST where there is no whole stream at `offset`. */
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
