/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest is given to start with: a NoCloud seed, or a micro guest's initramfs. */
#ifndef EXITMETER_SEED_H
#define EXITMETER_SEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct seed_input {
	const char *templates;	/* folder with user-data.in, shell-user-data.in and meta-data.in */
	bool is_shell;		/* somebody logs in, and nothing is measured */
	const char *probe;	/* the static probe program, which goes in as base64 */
	const char *scenario;
	const char *layout;
	const char *nonce;
	const char *workload;	/* the user's program; NULL: none */
	long workload_seconds;
};

struct config;
/* STATUS_USAGE: the workload cannot be read, is too large, or is nothing that the guest can execute. */
int workload_check(const struct config *c, struct error *err);


/* Renders user-data and meta-data into `dir`, and checks that cloud-init will take them. */
int seed_render(const struct seed_input *in, const char *dir, struct error *err);
/* Renders and packs the seed with cloud-localds into dir/seed.img. */
int seed_make(const struct seed_input *in, const char *dir, struct error *err);

/* A file of this machine, and its path in the guest, which does not begin with a slash. */
struct initramfs_file {
	const char *from, *to;
};

/*
 * Makes what a micro guest boots: a cpio archive (newc) of executables and of the folders that they
 * are in.
 */
int initramfs_make(const struct initramfs_file *files, size_t count, const char *path, struct error *err);

#endif
