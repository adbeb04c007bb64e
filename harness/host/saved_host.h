/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An L1 host that was saved when it had booted, so that a run need not boot one.
 *
 * Each has a folder CACHE/hosts/KEY, with the state of the machine and the record image.json
 * (image/built_image.h), by which it is verified before each use.  The key follows from all that the
 * state depends on, so whatever changes there leads to another folder.  The L1 that was saved had run
 * our own program only (host_prepare.h): nothing of a submission, and no payload of a run.
 */
#ifndef EXITMETER_SAVED_HOST_H
#define EXITMETER_SAVED_HOST_H

#include "base/error.h"
#include "host/machine.h"

#define SAVED_HOST_STATE "state"
#define SAVED_HOST_KEY "key.txt"
#define SAVED_HOST_KEY_BYTES 17 /* 16 hex digits and NUL */

/* What a state depends on.  All strings are borrowed. */
struct saved_host_key {
	const char *machine;		/* name of the struct machine_kind */
	const char *emulator;		/* its identity() */
	const char *cpu;		/* saved_host_cpu() */
	const char *image;		/* SHA-256 of the host image's record, which has the sums of its files */
	const char *program, *init;	/* SHA-256 of the two files of ours that the L1 has run */
	const char *description;	/* of the machine, by names that are the same for each run */
	off_t guest_disk_bytes;		/* as the L1 sees the guest's disk; 0: there is none */
};

/* The key as a text; the caller frees it.  Pure. */
char *saved_host_key_text(const struct saved_host_key *key);
/* Takes the lines of /proc/cpuinfo that tell which CPU the first one is; the caller frees.  Pure. */
char *saved_host_cpu(const char *cpuinfo);

/*
 * Verifies what is saved in `dir`.  1: it may be used.  0: there is none, or it is damaged or of a
 * machine with another clock, is told in a note and is gone now.  -1: a signal came.  tsc_khz: the
 * machine's, or 0.
 */
int saved_host_verify(const char *dir, long tsc_khz, struct progress *p, struct error *err);
/* Writes the record of a folder that has its state and its key.  tsc_khz: as above. */
int saved_host_write_record(const char *dir, long tsc_khz, struct error *err);
/* Removes all in `hosts` (CACHE/hosts) but the `keep` folders that were used last.  Best effort. */
void saved_host_prune(const char *hosts, unsigned int keep);

#endif
