/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload disk of an L1 host: the harness built for it, its init, probe,
 * templates, modules, the inner run's config.json, and libvirt's capabilities
 * of an earlier run, which save 14 s of probing under emulation.
 */
#ifndef EXITMETER_PAYLOAD_H
#define EXITMETER_PAYLOAD_H

#include "config.h"

/* Makes the ext4 image `image`, staging it in a folder of `scratch`. */
int payload_make(const struct config *c, const char *scratch, const char *image,
		 struct error *err);
/*
 * Keeps libvirt's capabilities that the run brought along in its folder, for
 * this host image, and takes them out of the folder.  Best effort.
 */
void payload_keep_caps(const struct config *c, const char *run_dir);

#define PAYLOAD_CAPS "libvirt-cache.tar"

#endif
