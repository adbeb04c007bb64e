/* SPDX-License-Identifier: GPL-2.0-only */
/* How large a disk is that a VM sees. */
#ifndef EXITMETER_DISK_SIZE_H
#define EXITMETER_DISK_SIZE_H

#include <sys/types.h>

#include "base/error.h"

/*
 * format: raw or qcow2.  ret_bytes: a multiple of 512.  Of a qcow2 it is what its header says (QEMU,
 * docs/interop/qcow2.txt: `size`, 8 bytes at 24, big-endian).  STATUS_USAGE: it cannot be read.
 */
int disk_size(const char *path, const char *format, off_t *ret_bytes, struct error *err);

#endif
