/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest's life shows of itself, in the order in which a boot comes to it: lines of its console,
 * the probe's points, and its beginning and end.  A phase lasts from one mark to the next that came.
 */
#ifndef EXITMETER_BOOT_MARK_H
#define EXITMETER_BOOT_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/record.h"

enum boot_mark {
	BOOT_START, /* the VM's first instruction */
	BOOT_FIRMWARE, /* SeaBIOS or OVMF has spoken on the port */
	BOOT_LOADER, /* GRUB, iPXE's kin or a kernel's own loader has spoken */
	BOOT_KERNEL, /* the kernel's first line */
	BOOT_ROOT, /* the root file system is mounted */
	BOOT_INIT, /* the kernel starts init, or that of the initramfs */
	BOOT_SYSTEMD,
	BOOT_CLOUD_LOCAL,
	BOOT_CLOUD_NETWORK,
	BOOT_CLOUD_CONFIG,
	BOOT_CLOUD_FINAL,
	BOOT_CLOUD_DONE,
	BOOT_MULTI_USER,
	BOOT_STOPPING, /* systemd takes services down */
	BOOT_POWER_DOWN, /* the kernel's last line */
	BOOT_RESTART,
	BOOT_OFF,
	BOOT_POINT, /* and those after it: the probe's points, in the order of enum em_point */
	BOOT_MARKS = BOOT_POINT + EM_POINTS
};

/* The mark's word, which files have: lower-case letters and dashes. */
const char *boot_mark_name(enum boot_mark mark);
/* False: it is none of the words. */
bool boot_mark_find(const char *name, enum boot_mark *ret);
/*
 * The mark that a console's line is, without escape sequences.  Only the first that is found counts.
 * False: the line is none.
 */
bool boot_mark_of_line(const char *line, enum boot_mark *ret);

#endif
