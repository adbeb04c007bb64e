/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload disk of an L1 host: the harness built for it, its init, probe,
 * templates, modules, the inner run's config.json, and libvirt's capabilities
 * of an earlier run, which save 14 s of probing under emulation.
 */
#ifndef EXITMETER_PAYLOAD_H
#define EXITMETER_PAYLOAD_H

#include "run/config.h"

/* What differs between the machines that take it. */
struct payload_place {
	const char *machine;		/* its name: libvirt's capabilities are kept for each */
	long offset;			/* of the file system in the image: room for a boot loader */
	const char *guest_device;	/* the guest's disk, as the L1 names it */
	const char *guest_format;	/* of what is on it */
	const char *vendor_params;	/* of kvm_amd or kvm_intel; may be NULL */
	long patience;			/* factor for all time limits */
	long time;			/* of all files, for a disk that is the same each time; 0: as they are */
};

/* Makes the disk image `image` with an ext4 in it, staging it in a folder of `scratch`. */
int payload_make(const struct config *c, const struct payload_place *place, const char *scratch,
		 const char *image, struct error *err);
/*
 * Keeps libvirt's capabilities that the run brought along in its folder, for
 * this host image, and takes them out of the folder.  Best effort.
 */
void payload_keep_caps(const struct config *c, const char *machine, const char *run_dir);

#endif
