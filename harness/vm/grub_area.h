/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a disk bootable that has room before its file system: master boot
 * record with one partition, GRUB, and kernel and initrd as bare sectors, for
 * machines that take no kernel from outside.
 *
 * GRUB reads a file given as sectors ("(hd0)2048+9000") without knowing any
 * file system, so that nothing has to be made but a row of bytes.
 */
#ifndef EXITMETER_GRUB_AREA_H
#define EXITMETER_GRUB_AREA_H

#include "base/error.h"

#define GRUB_AREA_BYTES (64L << 20)	/* sparse: what is not used takes no space */

struct grub_area {
	const char *kernel, *initrd, *cmdline;
	const char *scratch;	/* folder for GRUB's files in the making */
};

/* Writes the first GRUB_AREA_BYTES of `disk`; the rest becomes its partition 1. */
int grub_area_write(const struct grub_area *a, const char *disk, struct error *err);

/*
 * The commands GRUB runs: kernel and initrd by sector and number of sectors.
 * Pure; the caller frees.
 */
char *grub_area_commands(const long kernel[2], const long initrd[2], const char *cmdline);

#endif
