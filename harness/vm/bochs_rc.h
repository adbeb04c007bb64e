/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes bochsrc, the file that describes a machine to Bochs, from a plain description.  Pure.  Its
 * format is in bochsrc(5) and in the user's manual of Bochs.
 */
#ifndef EXITMETER_BOCHS_RC_H
#define EXITMETER_BOCHS_RC_H

#include <stdbool.h>

/* Two IDE channels with two disks each are all that a PIIX3 has. */
#define BOCHS_DISKS 4
/*
 * Millions of instructions that make a second of the machine's time; its TSC counts them.  With fewer
 * of them a slow machine drowns in timer interrupts: images/README.md, ERRATA, B8.
 */
#define BOCHS_MIPS 100

/*
 * Model-specific registers that Bochs itself does not know, one a line: number, type, value after a
 * reset, reserved and ignored bits, high and low half of each.  IA32_MISC_ENABLE says that string
 * instructions are fast: images/README.md, ERRATA, B5.
 */
#define BOCHS_MSRS "1a0 0 00000000 00000001 00000000 00000000 00000000 00000000\n"

struct bochs_disk {
	const char *path;	/* of a raw image; NULL: there is no such disk */
	bool is_writable;	/* false: the file is only read, and writes are forgotten at the end */
};

struct bochs_spec {
	const char *cpu;			/* one of Bochs' CPU models */
	const char *bios, *vga_bios;
	const char *msrs;			/* file with BOCHS_MSRS in it */
	long memory_mib;
	struct bochs_disk disks[BOCHS_DISKS];	/* sda to sdd; the BIOS boots the first */
	const char *serial[2];			/* files that ttyS0 and ttyS1 write to */
	const char *terminal;			/* somebody types at ttyS2, which is this terminal; NULL: nobody does */
	const char *journal;			/* the beginning of the paths of temporary files */
	long long start_time;			/* what its clock shows, in seconds since 1970; 0: now */
};

/* Returns the text of bochsrc; the caller frees it. */
char *bochs_rc_render(const struct bochs_spec *spec);

#endif
