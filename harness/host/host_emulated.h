/* SPDX-License-Identifier: GPL-2.0-only */
/* What one run and a series of runs in a host of their own share. */
#ifndef EXITMETER_HOST_EMULATED_H
#define EXITMETER_HOST_EMULATED_H

#include "host/host.h"
#include "host/host_watch.h"
#include "host/machine.h"

/* The results disk has a slot of this size for each run; sparse, and above RESULTS_DISK_BYTES_MAX. */
#define HOST_RESULTS_BYTES (192L << 20)

struct host_files {
	char *name, *kernel, *initrd, *root, *payload, *results, *console, *port;
};

void host_files_name(const struct host_run *run, struct host_files *f);
void host_files_deinit(struct host_files *f);
int host_verify_images(const struct machine_kind *kind, struct host_run *run, struct error *err);
/* The disks that a machine is started with. */
int host_make_disks(const struct machine_kind *kind, const struct host_run *run,
		    const struct host_files *f, unsigned int slots, struct error *err);
/* Starts the machine and watches it to its end; what is given in w is the caller's. */
int host_boot(const struct machine_kind *kind, struct host_run *run, const struct host_files *f,
	      struct host_watch *w, struct error *err);
/* Copies a file that may not be there into a folder. */
int host_keep_log(const char *from, const char *dir, const char *name, struct error *err);

#endif
