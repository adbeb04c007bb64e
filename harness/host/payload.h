/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload disk of an L1 host.  It holds the harness that was built for the host's userland, the
 * host's init, the probe, the templates, the modules, config.json for the run inside, and what
 * libvirt has found out of this host image's QEMU: that saves 14 s of probing under emulation.
 *
 * A clean payload has only the harness, the host's init, and libvirt's capabilities if they are known.
 * It is for an L1 that is prepared (host_prepare.h).
 */
#ifndef EXITMETER_PAYLOAD_H
#define EXITMETER_PAYLOAD_H

#include "run/config.h"

/* What depends on the machine that gets the disk. */
struct payload_place {
	bool is_clean;			/* it is a clean payload */
	const char *caps;		/* file with libvirt's capabilities; NULL or missing: they are not known */
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
#endif
