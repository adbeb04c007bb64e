/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One boot of an L1 host: what a single run and a series of subjects do alike, as stages for their
 * lists (run/stages.h).
 */
#ifndef EXITMETER_HOST_BOOT_H
#define EXITMETER_HOST_BOOT_H

#include "host/host_watch.h"
#include "host/machine.h"
#include "run/session.h"

/* Paths, and the machine's name.  All owned. */
struct host_files {
	char *name, *kernel, *initrd, *root, *payload, *results, *console, *port;
};

struct host_boot {
	/* Given, and borrowed. */
	const struct machine_kind *kind;
	struct host_run *run;
	unsigned int slots; /* of the results disk */
	/* Made by host_boot_init(). */
	struct host_files files;
	/* What host_boot_watch() saw.  Of what is given to it, a series sets its own part. */
	struct host_watch watch;
	struct machine *machine; /* owned: while it runs */
};

/* Names the files and makes none. */
void host_boot_init(struct host_boot *b, const struct machine_kind *kind, struct host_run *run);
void host_boot_deinit(struct host_boot *b);
/* What the machine is told; borrows from b. */
struct machine_spec host_boot_spec(const struct host_boot *b);

/* Stages; each takes a struct host_boot. */
int host_boot_verify_images(void *boot, struct error *err);
int host_boot_make_payload(void *boot, struct error *err);
/* An empty one, in place of that of an attempt before. */
int host_boot_make_results_disk(void *boot, struct error *err);
/* Leaves the machine's description in the run folder, and starts it. */
int host_boot_start(void *boot, struct error *err);
/* Ends it, running or not. */
int host_boot_destroy(void *boot, struct error *err);
int host_boot_watch(void *boot, struct error *err);

/* Copies a log into the folder `dir`, if there is one. */
int host_boot_keep_log(const char *from, const char *dir, const char *name, struct error *err);

#endif
