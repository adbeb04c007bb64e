/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload disk of an L1 host.  It holds the harness that was built for the host's userland, the
 * host's init, the probe, the templates, the modules, config.json for the run inside, and, if there
 * was an earlier run, the capabilities that libvirt found in it: they save 14 s of probing under
 * emulation.
 */
#ifndef EXITMETER_PAYLOAD_H
#define EXITMETER_PAYLOAD_H

#include "run/config.h"

/* What depends on the machine that gets the disk. */
struct payload_place {
	const char *machine;		/* its name; each machine has libvirt's capabilities of its own */
	long offset;			/* byte at which the file system begins, behind the room for a boot loader */
	const char *guest_device;	/* the guest's disk, as the L1 names it */
	const char *guest_format;	/* the format of the guest's disk: raw, qcow2 */
	const char *vendor_params;	/* of kvm_amd or kvm_intel; may be NULL */
	long patience;			/* by which time limits are multiplied */
	long time;			/* all files get it, in seconds since 1970, so that the disk is the same each time; 0: files keep theirs */
};

/*
 * Makes the disk image `image`, with an ext4 in it, by way of a folder in `scratch`.  STATUS_SKIP: a
 * piece is not built yet; the message names the command that builds it.
 */
int payload_make(const struct config *c, const struct payload_place *place, const char *scratch,
		 const char *image, struct error *err);
/*
 * Moves libvirt's capabilities from the run folder into the cache, for the next run of this host image
 * on this machine.  Without them the next run is only slower, so a failure is no error.
 */
void payload_keep_caps(const struct config *c, const char *machine, const char *run_dir);

#endif
