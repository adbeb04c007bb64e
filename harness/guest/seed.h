/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest is given to start with: a NoCloud seed, or a micro guest's initramfs. */
#ifndef EXITMETER_SEED_H
#define EXITMETER_SEED_H

#include <stddef.h>

#include "base/error.h"

struct seed_input {
	const char *templates;	/* folder with user-data.in and meta-data.in */
	const char *probe;	/* the static probe program, brought in as base64 */
	const char *scenario;
	const char *layout;
	const char *nonce;
};

/* Renders user-data and meta-data into `dir`; checks that cloud-init will know them. */
int seed_render(const struct seed_input *in, const char *dir, struct error *err);
/* Renders and packs the seed with cloud-localds into dir/seed.img. */
int seed_make(const struct seed_input *in, const char *dir, struct error *err);

/* A file of this machine, and its path in the guest, without a slash before it. */
struct initramfs_file {
	const char *from, *to;
};

/* A cpio archive (newc) of executables and the folders that they are in: what a micro guest boots. */
int initramfs_make(const struct initramfs_file *files, size_t count, const char *path, struct error *err);

#endif
