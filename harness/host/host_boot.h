/* SPDX-License-Identifier: GPL-2.0-only */
/* One boot of an L1 host, as stages for the list of a run (run/stages.h). */
#ifndef EXITMETER_HOST_BOOT_H
#define EXITMETER_HOST_BOOT_H

#include "host/host_watch.h"
#include "host/machine.h"
#include "run/session.h"
#include "vm/sandbox.h"

/* Paths, and the machine's name.  All owned. */
struct host_files {
	char *name, *kernel, *initrd, *root, *payload, *results, *console, *port;
	char *shell;	/* the socket or terminal of a shell's console; NULL: the guest is measured */
	char *blank;	/* stands for the guest's disk in an L1 that gets a clean payload */
	char *caps;	/* in the cache: libvirt's capabilities in an L1 of this image on this machine */
};

struct host_boot {
	/* Given, and borrowed. */
	const struct machine_kind *kind;
	struct host_run *run;
	bool is_clean;	/* it gets a clean payload (payload.h), and no disk of a guest */
	/* Folder of the saved host that it is restored from (saved_host.h), owned; NULL: it boots. */
	char *saved;
	long pace;	/* by which this machine is slow when the payload is made; 0: not measured yet */
	/* Made by host_boot_init(). */
	struct host_files files;
	/* What host_boot_watch() saw. */
	struct host_watch watch;
	struct shell shell;	/* of a guest that is one: its console, from the machine's start on */
	struct machine *machine; /* owned: while it runs */
	struct sandbox sandbox;	/* that it runs in (host_sandbox.h) */
	char *emulator;		/* owned: what runs QEMU in there; NULL: QEMU itself */
};

/* Names the files and makes none. */
void host_boot_init(struct host_boot *b, const struct machine_kind *kind, struct host_run *run);
void host_boot_deinit(struct host_boot *b);
/* What the machine is told; borrows from b. */
struct machine_spec host_boot_spec(const struct host_boot *b);
/* The same machine, described by names that are the same for each run.  The caller frees it. */
char *host_boot_describe_plainly(const struct host_boot *b);

/* Stages; each takes a struct host_boot. */
int host_boot_verify_images(void *boot, struct error *err);
int host_boot_make_payload(void *boot, struct error *err);
/* An empty one, in place of that of an attempt before. */
int host_boot_make_results_disk(void *boot, struct error *err);
/* Leaves the machine's description in the run folder, and starts it. */
int host_boot_start(void *boot, struct error *err);
/*
 * The same, but from the saved host.  One that cannot be restored is told in a note and thrown away;
 * then no machine has been started, and b->saved is NULL.
 */
int host_boot_restore(void *boot, struct error *err);
/* The same as host_boot_start() for a shell, whose console is then open.  host_boot_close_shell() ends both. */
int host_boot_start_shell(void *boot, struct error *err);
int host_boot_close_shell(void *boot, struct error *err);
/* Ends it, running or not. */
int host_boot_destroy(void *boot, struct error *err);
int host_boot_watch(void *boot, struct error *err);

/* Copies a log into the folder `dir`, if there is one. */
int host_boot_keep_log(const char *from, const char *dir, const char *name, struct error *err);

#endif
