/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run's temporary folder, CACHE/scratch/XXXXXX.
 *
 * A live run holds an flock on the file `lock` in its folder.  So a folder whose lock is free belongs
 * to a run that was killed (kill -9), and the next start cleans up after it: it kills the run's QEMU
 * processes and removes its folders.  (modules.h does the same for the kernel's modules.)
 *
 * A run also makes folders outside of its scratch folder: the run folder until it is whole, and
 * libvirt's root.  It writes each into the file `owned` before it makes it, and puts a marker file
 * into it that says whose it is.  Only folders with the right marker are ever removed.
 */
#ifndef EXITMETER_SCRATCH_H
#define EXITMETER_SCRATCH_H

#include "base/error.h"

struct scratch {
	char *dir;		/* owned: absolute path */
	char *libvirt_root;	/* owned: short, for libvirt's socket paths */
	int lock_fd;
};

/* Called with the folder of each dead run before that is removed. */
typedef int (*scratch_restore_fn)(const char *dir, struct error *err);

/* Cleans up after dead runs, then makes this run's folder. */
int scratch_create(const char *cache, scratch_restore_fn restore, struct scratch *ret,
		   struct error *err);
/* Only cleans up.  ret_swept gets the number of dead runs found; it may be NULL. */
int scratch_sweep(const char *cache, scratch_restore_fn restore, unsigned int *ret_swept,
		  struct error *err);
/* Makes the folder `path`, which must not exist.  scratch_sweep() removes it if this run is killed. */
int scratch_own_dir(const struct scratch *s, const char *path, struct error *err);
/* Renames such a folder to its final name.  From then on nobody removes it. */
int scratch_hand_over(const struct scratch *s, const char *path, const char *as,
		      struct error *err);
/* The name of the folder, which no other run on this machine has.  Borrowed from s. */
const char *scratch_id(const struct scratch *s);
/* Removes the folder with everything in it.  Does nothing where scratch_create() has failed. */
void scratch_destroy(struct scratch *s);

#define SCRATCH_MARKER ".exitmeter-part"

#endif
