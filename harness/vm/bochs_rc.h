/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bochsrc, the file that describes a machine to Bochs, from a plain
 * description.  Pure.  Format: bochsrc(5) and the user's manual of Bochs.
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
	const char *path;	/* NULL: none; raw */
	bool is_writable;	/* else what is written is forgotten, and the file only read */
};

struct bochs_spec {
	const char *cpu;			/* one of Bochs' CPU models */
	const char *bios, *vga_bios;
	const char *msrs;			/* file with BOCHS_MSRS in it */
	long memory_mib;
	struct bochs_disk disks[BOCHS_DISKS];	/* sda on; the BIOS boots the first */
	const char *serial[2];			/* files that ttyS0 and ttyS1 write to */
	const char *journal;			/* path that names of temporary files begin with */
	long long start_time;			/* of its clock, seconds since 1970; 0: now */
};

/* The caller frees the text. */
char *bochs_rc_render(const struct bochs_spec *spec);

#endif
