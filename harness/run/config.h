/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run is asked to do.  The struct owns its strings; those that are not set are NULL.  The table
 * of options (config_option.c) says which option sets which field.
 */
#ifndef EXITMETER_CONFIG_H
#define EXITMETER_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "run/choices.h"

#define CONFIG_SECONDS_MAX 86400

struct config {
	enum host_type host;
	enum guest_type guest;
	enum em_layout layout;	/* or LAYOUT_AUTO */
	enum scope scope;
	enum scenario scenario;
	enum kvm_type modules;
	long vcpus;
	long memory_mib;
	char *out;		/* run folder; NULL: CACHE/runs/DATE-HOST-GUEST */
	char *cache;
	char *libvirt_uri;	/* NULL: libvirt's embedded driver */

	/* Where the pieces are; defaults are derived from the cache and the kit. */
	char *kit;		/* folder with probe, cloud-init/, host-init, host/SUITE/exitmeter */
	char *module_dir;
	char *subjects;		/* grade: folder of folders with modules */
	char *host_image;
	char *guest_image;
	char *bochs;		/* folder of Bochs, for emulated-vmx */
	char *image;		/* a distribution's, by name; built; NULL: the default, if it can be had */
	char *image_file;	/* one of the user's own */
	char *manifests;	/* folder of what is known by name */
	char *guest_disk;	/* the base image itself; guest_image_choose() sets it */
	char *guest_disk_format;
	char *guest_kernel;
	char *guest_init;	/* the micro guest's /init, when not the probe */
	char *guest_append;	/* more for the micro guest's kernel command line */
	char *templates;
	char *vendor_params;	/* of kvm_amd or kvm_intel */
	char *nonce;		/* hex; every record stream carries it */
	char *progress;		/* device that gets the progress protocol; NULL: stderr */

	/* Limits in seconds of host time. */
	long timeout_start;	/* until the guest's first byte on its console */
	long timeout_early;	/* until the probe's first point */
	long timeout_boot;	/* until boot is complete */
	long timeout_shutdown;	/* until the guest is off */
	long timeout_silence;	/* no byte on either port */
	long timeout_fetch;	/* no byte from an image's server */

	long sdm;		/* year of the manual by which reasons count as undefined; 0: the newest */
	bool carry;		/* micro: the probe spins until the total cycles carry */
	bool deterministic;	/* nothing of this moment or this machine goes in */
	bool refresh;		/* ask the image's server for a newer one than the cache has */
	bool dry_run;
	bool json;
};

/* Every field's default; pieces are still unset. */
void config_init(struct config *c);
void config_deinit(struct config *c);
/*
 * Fills in what follows from other fields (cache, kit, image folders, nonce) and
 * from the environment (HOME, XDG_CACHE_HOME, LIBVIRT_URI); paths become absolute.
 */
int config_resolve(struct config *c, struct error *err);

#endif
