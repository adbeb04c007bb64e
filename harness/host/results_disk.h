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

#include "base/error.h"

#define RESULTS_DISK_END "complete"
#define RESULTS_DISK_FILES_MAX 64
#define RESULTS_DISK_FILE_BYTES_MAX (48L << 20)
#define RESULTS_DISK_BYTES_MAX (128L << 20)

/* The disk's size.  Its file is sparse, and larger than all members with their headers. */
#define RESULTS_DISK_IMAGE_BYTES (192L << 20)

/* Writes the regular files of `dir`, but not its folders, to `device`. */
int results_disk_write(const char *dir, const char *device, struct error *err);
/*
 * Reads them into `dir`, which exists.  What L0 or judging writes itself (file_names.h) is passed over,
 * whatever the L1 has written under such a name.  STATUS_LOST: there is no whole stream.
 */
int results_disk_read(const char *device, const char *dir, struct error *err);

#endif
