# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Disks that are images of one's own, as far as a look at them tells.

# fill_disk FILE: gives a disk of 2 MiB or more as much data as a kernel has.
fill_disk() { dd if=/dev/urandom of="$1" bs=64K seek=16 count=16 conv=notrunc status=none; }

# bios_disk FILE SIZE: makes a raw disk that a BIOS can boot.
bios_disk() {
	truncate -s "$2" "$1"
	printf '\xeb\x63' | dd of="$1" conv=notrunc status=none
	printf '\x55\xaa' | dd of="$1" bs=1 seek=510 conv=notrunc status=none
	fill_disk "$1"
}
