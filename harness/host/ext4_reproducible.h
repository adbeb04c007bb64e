/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An ext4 in an image file that tells nothing of who made it, when, and with which umask.  mke2fs -d
 * gives each file the times (ctime too, which nobody can set), owner and mode of the one it was copied
 * from; debugfs can write others.
 */
#ifndef EXITMETER_EXT4_REPRODUCIBLE_H
#define EXITMETER_EXT4_REPRODUCIBLE_H

#include "base/error.h"

/*
 * image: file with the file system at `offset`, whose files are those of the folder `stage`.  They become
 * root's, executable for all or for nobody, and of `time` (seconds since 1970).  Writes a file in `scratch`.
 */
int ext4_make_reproducible(const char *image, long offset, const char *stage, const char *scratch, long time,
		    struct error *err);

#endif
