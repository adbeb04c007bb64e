/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run is asked to do.  The struct owns its strings; those that are not set are NULL.  The table
 * of options (config_option.c) says which option sets which field.
 */
#ifndef EXITMETER_CONFIG_H
#define EXITMETER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "run/choices.h"

#define CONFIG_SECONDS_MAX 86400
#define CONFIG_OPTIONS_MAX 96

struct config {
	enum host_type host;
	enum guest_type guest;
	enum firmware firmware;	/* guest_image_choose() replaces FIRMWARE_AUTO */
	enum em_layout layout;	/* or LAYOUT_AUTO */
	char *edition;		/* a name, a path, or auto; NULL: our own specification */
	enum scope scope;
	enum paging paging;
	enum scenario scenario;
	enum kvm_type modules;
	enum saved_host saved_host;
	long vcpus;
	long memory_mib;
	char *out;		/* run folder; NULL: CACHE/runs/DATE-HOST-GUEST */
	char *cache;
	char *libvirt_uri;	/* NULL: libvirt's embedded driver */

	/* Where the pieces are; defaults are derived from the cache and the kit. */
	char *kit;		/* folder with probe, cloud-init/, host-init, host/SUITE/exitmeter */
	char *module_dir;

	/* For grade, and NULL or 0 in each of its runs, but for run_id. */
	char *subjects;		/* a folder with an entry for each subject, or a list */
	char *rubric;		/* the points, also for grades; NULL: those of the edition */
	char *only;		/* the subject that is measured again */
	char *builder;		/* program that makes modules of a submission's source */
	char *tree;		/* build tree of the host's kernel, for the builder */
	char *base, *linux_clone;	/* more for the builder */
	char *kernels;		/* series of the kernels that are tried where a change does not go into the host's */
	char *program;		/* this program, or what stands for it in a test */
	char *run_id;		/* run_id.h; is kept in config.json */
	long jobs;		/* runs at a time; 0: as many as fit */
	bool force;		/* what is done is done again */
	bool measured;		/* nothing is measured: a class is judged by what is there */

	char *host_image;
	char *guest_image;
	char *bochs;		/* folder of Bochs, for emulated-vmx */
	char *image;		/* name of a cloud image, or "built"; NULL: the default one, if it can be fetched */
	char *image_file;	/* a cloud image of the user's own */
	char *manifests;	/* folder with a manifest for each name of a cloud image */
	char *guest_disk;	/* the guest's base image; guest_image_choose() sets it */
	char *guest_disk_format;
	char *uefi_code, *uefi_vars;	/* the two parts of OVMF; NULL: a BIOS boots the guest */
	char *guest_kernel;
	char *guest_init;	/* the micro guest's /init; NULL: the probe */
	char *workload;		/* a program of the user's that runs in the guest; NULL: none */
	char *guest_append;	/* more for the micro guest's kernel command line */
	char *templates;
	char *vendor_params;	/* of kvm_amd or kvm_intel */
	char *nonce;		/* hex; every record stream carries it */
	char *progress;		/* device that gets the lines of protocol.h; NULL: progress goes to stderr */

	/* Limits in seconds of host time.  Each but timeout_fetch is multiplied by config_patience(). */
	long patience;		/* what was asked for */
	long pace;		/* how slow the machine is that the guest runs on (base/pace.h); 0: patience has it in it */
	long timeout_start;	/* from power on to the guest's first byte on its console */
	long timeout_early;	/* from there to the probe's first point */
	long timeout_boot;	/* from there until boot is complete */
	long timeout_shutdown;	/* from there until the guest is off */
	long timeout_workload;	/* from the workload's start to its end */
	long timeout_silence;	/* without a byte on either serial port */
	long timeout_fetch;	/* without a byte from the server of an image */

	long timeline_ms;	/* between two samples of the VM's exits; 0: none are taken */
	long sdm;		/* year of the manual by which reasons count as undefined; 0: the newest */
	bool carry;		/* micro: the probe spins until the total cycles carry */
	bool deterministic;	/* nothing that goes into the host depends on the time or this machine */
	bool shell;		/* the user gets the guest's console, and nothing is measured */
	bool throwaway;		/* nobody uses this machine after the run, so KVM's modules stay exchanged */
	bool refresh;		/* ask the image's server for a newer one than the cache has */
	bool dry_run;
	bool json;
	long stat_interval;	/* seconds from one line of `stat` to the next */
	long stat_count;	/* how many of them; 0: until it is stopped */
	bool csv;

	bool given[CONFIG_OPTIONS_MAX];	/* of each option of the table: whether somebody has set it */
};

/* Gives every field its default.  Paths that config_resolve() fills in stay NULL. */
void config_init(struct config *c);
void config_deinit(struct config *c);
/* By how much the time limits of a guest are multiplied. */
long config_patience(const struct config *c);
/*
 * Fills in what was not given and follows from other fields or from the environment (HOME,
 * XDG_CACHE_HOME, LIBVIRT_URI), and makes paths absolute.  STATUS_USAGE: there is no place for a
 * cache, or the nonce is none.
 */
int config_resolve(struct config *c, struct error *err);

#endif
