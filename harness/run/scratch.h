/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run's temporary folder, CACHE/scratch/XXXXXX.
 *
 * Invariants: a live run holds an flock on its folder's `lock` file; a folder
 * whose lock can be had belongs to a run that died (kill -9), and the next
 * start puts back what it had changed: its QEMU processes are killed, its
 * folders removed (kernel modules are another matter: modules.h).  What a run makes outside the
 * scratch folder (a run folder in the making, libvirt's root) is written into
 * `owned` before it is made, and carries a marker file, which says whose it is,
 * so that nothing but our own is ever removed.
 */
#ifndef EXITMETER_SCRATCH_H
#define EXITMETER_SCRATCH_H

#include "base/error.h"

struct scratch {
	char *dir;		/* owned: absolute path */
	char *libvirt_root;	/* owned: short, for libvirt's socket paths */
	int lock_fd;
};

/* Called for each dead run's folder before it is removed. */
typedef int (*scratch_restore_fn)(const char *dir, struct error *err);

/* Sweeps what dead runs left, then makes this run's folder. */
int scratch_create(const char *cache, scratch_restore_fn restore, struct scratch *ret,
		   struct error *err);
/* Only the sweep.  ret_swept counts the dead runs found; may be NULL. */
int scratch_sweep(const char *cache, scratch_restore_fn restore, unsigned int *ret_swept,
		  struct error *err);
/* Makes the folder `path`, which must not exist, outside the scratch folder; the sweep knows of it. */
int scratch_own_dir(const struct scratch *s, const char *path, struct error *err);
/* Renames such a folder to what it is called when whole; from then on it is no longer ours. */
int scratch_hand_over(const struct scratch *s, const char *path, const char *as,
		      struct error *err);
/* The run's name on this machine: the folder's. */
const char *scratch_id(const struct scratch *s);
/* Removes the folder and everything in it; harmless on a zeroed struct. */
void scratch_destroy(struct scratch *s);

#define SCRATCH_MARKER ".exitmeter-part"

#endif
