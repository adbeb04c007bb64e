/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a disk bootable for a machine that takes no kernel from outside.  The disk has room before its
 * file system; that area takes a master boot record with one partition, GRUB, the kernel and the
 * initrd.
 *
 * GRUB reads a file that is named by its sectors ("(hd0)2048+9000") without a file system, so that the
 * area needs none.
 */
#ifndef EXITMETER_GRUB_AREA_H
#define EXITMETER_GRUB_AREA_H

#include "base/error.h"

#define GRUB_AREA_BYTES (64L << 20)	/* the file is sparse: unused bytes take no space */

struct grub_area {
	const char *kernel, *initrd, *cmdline;
	const char *scratch;	/* folder for GRUB's temporary files */
};

/* Writes the first GRUB_AREA_BYTES of `disk`; the rest of it becomes partition 1. */
int grub_area_write(const struct grub_area *a, const char *disk, struct error *err);

/*
 * Returns the commands that GRUB runs; the caller frees them.  kernel, initrd: the first sector and the
 * number of sectors.  Pure.
 */
char *grub_area_commands(const long kernel[2], const long initrd[2], const char *cmdline);

#endif
