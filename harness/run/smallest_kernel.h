/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_SMALLEST_KERNEL_H
#define EXITMETER_SMALLEST_KERNEL_H

/*
 * No Linux that runs the probe has less.  One of 6.1 was built to be small: `make tinyconfig`, for 64 bits, compressed
 * by XZ, with a serial console, virtio's disks, ELF, procfs and ISO 9660 (the seed), and nothing else.  It has 1,074,176
 * bytes.  Older ones have less, so the limit is half of that.
 */
#define SMALLEST_KERNEL_BYTES (512u << 10)

#endif
