/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results disk: a tar stream from byte 0 of a raw disk, written inside an
 * L1 host, read on L0.
 *
 * The writer ends with an empty member of the name BUNDLE_END; without it the
 * disk is torn.  The reader does not trust what it reads, since the L1 ran a
 * stranger's kernel: plain file names only, regular files only, bounded in
 * number and size, into a folder of its own, and never over what is there.
 */
#ifndef EXITMETER_BUNDLE_H
#define EXITMETER_BUNDLE_H

#include <sys/types.h>

#include "error.h"

#define BUNDLE_END "complete"
#define BUNDLE_FILES_MAX 64
#define BUNDLE_FILE_BYTES_MAX (48L << 20)
#define BUNDLE_BYTES_MAX (128L << 20)

/* Writes the regular files of `dir` (not its folders) to `device`, from byte `offset` on. */
int bundle_write_at(const char *dir, const char *device, off_t offset, struct error *err);
/* Reads into `dir`, which exists; a disk without a whole bundle at `offset` is STATUS_LOST. */
int bundle_read_at(const char *device, off_t offset, const char *dir, struct error *err);

static inline int bundle_write(const char *dir, const char *device, struct error *err)
{
	return bundle_write_at(dir, device, 0, err);
}

static inline int bundle_read(const char *device, const char *dir, struct error *err)
{
	return bundle_read_at(device, 0, dir, err);
}

#endif
