/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the first bytes of a disk tell: which firmware can boot it, how large it must be at least, and
 * what it is where it is no disk at all.  Pure.
 */
#ifndef EXITMETER_DISK_LAYOUT_H
#define EXITMETER_DISK_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So much of a disk holds its boot sector and the table of up to 128 GPT partitions. */
#define DISK_LAYOUT_BYTES (64u << 10)

struct disk_layout {
	const char *mistaken_for;	/* what else it is: "a gzip archive"; NULL: nothing that we know */
	bool is_empty;			/* all of it is zeros */
	bool has_boot_sector;		/* with 55 AA at its end */
	bool has_bios_code;		/* a BIOS finds code to run in the boot sector */
	bool has_esp;			/* an EFI system partition, from which UEFI boots */
	uint64_t bytes;			/* how far its partitions and its second table reach; 0: not told */
};

void disk_layout_read(const void *data, size_t len, struct disk_layout *ret);

#endif
