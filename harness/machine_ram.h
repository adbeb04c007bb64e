/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine without disks: what would be on them goes into its memory with the
 * initrd.  A disk of QEMU's is read by a thread of this machine, which is done
 * when it is done; what stands in memory takes the same time in each run.
 */
#ifndef EXITMETER_MACHINE_RAM_H
#define EXITMETER_MACHINE_RAM_H

#include "machine.h"

/* Where the initrd's init finds them; the names that exitmeter.disks= takes. */
#define MACHINE_RAM_ROOT "/disks/root.img"
#define MACHINE_RAM_PAYLOAD "/disks/payload.img"

/* The initrd that machine_ram_make() makes, in the machine's folder; the caller frees. */
char *machine_ram_initrd(const struct machine_spec *m);
int machine_ram_make(const struct machine_spec *m, struct error *err);
/* What it takes beside its own memory: the files as they come, and as the kernel unpacks them. */
long machine_ram_mib(const struct machine_spec *m);

#endif
