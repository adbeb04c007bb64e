/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes an ext4 in an image file tell nothing of who made it, when, and with which umask.  mke2fs
 * -d gives each file the owner, the mode and the times of the file it was copied from, ctime among
 * them, which nobody can set.  debugfs writes others in their place.
 */
#ifndef EXITMETER_EXT4_REPRODUCIBLE_H
#define EXITMETER_EXT4_REPRODUCIBLE_H

#include "base/error.h"

/*
 * image: the image file, with the file system at byte `offset`.  stage: the folder that its files
 * came from. The files become root's, executable for all or for nobody, and get `time` (seconds
 * since 1970) as all of their times.  A file is written in the folder `scratch` on the way.
 */
int ext4_make_reproducible(const char *image, long offset, const char *stage, const char *scratch, long time,
		    struct error *err);

#endif
